using Migrator.Scripts;

namespace Migrator.History;

/// <summary>What a row of the history table stands for; the numbers are Evolve's.</summary>
internal enum HistoryKind
{
    Versioned = 0,
    NewSchema = 1,
    EmptySchema = 2,
    StartVersion = 3,
    Repeatable = 4,
}

/// <summary>One successful row of the history table.</summary>
internal sealed record HistoryEntry(
    int Id,
    HistoryKind Kind,
    ScriptVersion? Version,
    string Description,
    string Name,
    string? Checksum,
    string InstalledBy,
    DateTime InstalledOn)
{
    private const int NoId = 0;

    /// <summary>Whether it has no row yet: its script stopped half way.</summary>
    public bool IsHalfApplied => Id == NoId;

    /// <summary>
    /// What a start version means: it is excluded, and as 1 comes before 1.0, everything below 1.0 is everything up to 1.
    /// </summary>
    public static string DescribeStart(ScriptVersion start)
        => start.Label.EndsWith(".0", StringComparison.Ordinal) ? $"version {start.Label[..^2]}" : $"below version {start.Label}";

    /// <summary>Stands for a version whose script, one outside a transaction, stopped half way.</summary>
    public static HistoryEntry HalfApplied(ScriptVersion version)
        => new(NoId, HistoryKind.Versioned, version, "", $"V{version.Label}, half applied", null, "", default);
}
