using Migrator.Scripts;

namespace Migrator.Database;

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

    /// <summary>Stands for a version whose script, one outside a transaction, stopped half way.</summary>
    public static HistoryEntry HalfApplied(ScriptVersion version)
        => new(NoId, HistoryKind.Versioned, version, "", $"V{version.Label}, half applied", null, "", default);
}
