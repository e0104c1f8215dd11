using Migrator.Scripts;

namespace Migrator.History;

/// <summary>The kind of a row of the history table. The numbers are Evolve's.</summary>
internal enum HistoryKind
{
    /// <summary>An applied versioned script.</summary>
    Versioned = 0,

    /// <summary>Evolve created the schema.</summary>
    NewSchema = 1,

    /// <summary>The schema was empty when Evolve created the history table.</summary>
    EmptySchema = 2,

    /// <summary>A baseline: all versions below this one count as applied.</summary>
    StartVersion = 3,

    /// <summary>An applied repeatable script.</summary>
    Repeatable = 4,
}

/// <summary>One row of the history table for a script that succeeded, or for the schema.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Kind">The row's kind.</param>
/// <param name="Version">The script's version, or the start version; null for the other kinds.</param>
/// <param name="Description">The script's description.</param>
/// <param name="Name">The script's file name.</param>
/// <param name="Checksum">The script's checksum when it was applied; null or empty for none.</param>
/// <param name="InstalledBy">The role that applied the script.</param>
/// <param name="InstalledOn">When the script was applied, in the server's time zone.</param>
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

    /// <summary>Whether a run has begun the contract script, and has not completed it. It does not count as applied.</summary>
    public bool IsBegun { get; init; }

    /// <summary>
    /// The checksum of the repeatable script that must run again, because a contract script has dropped one of its objects; null for other rows. See
    /// <see cref="HistoryTable.RepeatStatement"/>.
    /// </summary>
    public string? RepeatedChecksum => Kind == HistoryKind.Repeatable && Checksum is "" ? Description : null;

    /// <summary>Whether the script is partially applied. Such a script has no row in the history table yet.</summary>
    public bool IsPartiallyApplied => Id == NoId;

    /// <summary>
    /// Describes a start version. A start version is exclusive. Because 1 comes before 1.0, all versions below 1.0 are all
    /// versions up to 1.
    /// </summary>
    public static string DescribeStart(ScriptVersion start)
        => start.Label.EndsWith(".0", StringComparison.Ordinal) ? $"version {start.Label[..^2]}" : $"below version {start.Label}";

    /// <summary>Creates the entry of a version whose <c>-- evolve-tx-off</c> script stopped before its last statement.</summary>
    /// <param name="version">The version.</param>
    /// <param name="begun">The rows of begun contract scripts, which tell the name and so the phase.</param>
    public static HistoryEntry PartiallyApplied(ScriptVersion version, IEnumerable<HistoryEntry> begun)
        => new(NoId, HistoryKind.Versioned, version, "", begun.FirstOrDefault(b => version.Equals(b.Version))?.Name ?? $"V{version.Label}, partially applied", null, "", default);
}
