using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>Result of a command that reads a history.</summary>
internal abstract class HistoryResult : CommandResult
{
    /// <summary>The history table; null if the command failed before it found the table.</summary>
    public HistoryTable? History { get; set; }

    /// <summary>The latest plan; null if the command failed before planning.</summary>
    public Plan? Plan { get; set; }

    /// <summary>The newest version in the database when the command ends; null for none.</summary>
    public virtual ScriptVersion? Version => PlannedVersions.Max();

    /// <summary>The versions that were applied when the plan was made.</summary>
    protected IEnumerable<ScriptVersion?> PlannedVersions
        => (Plan?.Scripts ?? []).Where(s => s.Entry is { Kind: HistoryKind.Versioned }).Select(s => s.Version);

    /// <summary>A clause with the history table and its version.</summary>
    protected string CurrentVersion
        => $"{History?.QualifiedName ?? "the history"} is at {(Version is { } version ? $"version {version}"
            : Plan?.Start is { } start ? $"its baseline, {HistoryEntry.DescribeStart(start)}"
            : "no version yet")}";

    public override JsonAnswer AddTo(JsonAnswer common) => common with
    {
        HistoryTable = History?.QualifiedName,
        Version = Version?.Label,
        Scripts = [.. (Plan?.Scripts ?? []).Select(JsonScript.Of)],
        Pending = [.. (Plan?.Pending ?? []).Select(s => s.FileName)],
    };
}
