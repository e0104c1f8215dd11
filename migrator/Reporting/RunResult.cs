using Migrator.Execution;
using Migrator.History;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>What a command came to. On failure it still holds what was done before.</summary>
internal sealed record RunResult
{
    public required string Command { get; init; }

    public required ExitCode ExitCode { get; init; }

    /// <summary>Where the history is; null when the run did not get that far.</summary>
    public HistoryTable? History { get; init; }

    /// <summary>The plan that was made under the lock; null when the run did not get that far.</summary>
    public Plan? Plan { get; init; }

    public IReadOnlyList<AppliedScript> Applied { get; init; } = [];

    /// <summary>What this run undid.</summary>
    public IReadOnlyList<UndoneScript> Undone { get; init; } = [];

    /// <summary>What <c>down</c> would do; null for other commands.</summary>
    public UndoPlan? UndoPlan { get; init; }

    public IReadOnlyList<Problem> Problems { get; init; } = [];

    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>The answer of a command that has little to say.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The scripts whose checksums <c>repair</c> accepted.</summary>
    public IReadOnlyList<string> Repaired { get; init; } = [];

    /// <summary>Past runs, newest first (<c>status --history</c>).</summary>
    public IReadOnlyList<AuditEntry> Audit { get; init; } = [];

    /// <summary>What would be sent (<c>plan --sql</c>).</summary>
    public IReadOnlyList<PlannedSql> Sql { get; init; } = [];

    /// <summary>What <c>lint</c> and <c>plan</c> found in scripts.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How many scripts <c>lint</c> looked at.</summary>
    public int Looked { get; init; }

    /// <summary>What whoever started the run has to say to a failure, such as how a release gets out of it; null for nothing.</summary>
    public string? Advice { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>The newest version in the database at the end.</summary>
    public ScriptVersion? Version => Applied.Select(a => a.Script.Version)
        .Concat((Plan?.Scripts ?? []).Where(s => s.Entry is { Kind: HistoryKind.Versioned }).Select(s => s.Version))
        .Except(Undone.Select(u => u.Undo.Entry.Version))
        .Max();
}
