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
    DateTime InstalledOn);
