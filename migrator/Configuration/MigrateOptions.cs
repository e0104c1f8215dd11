using Migrator.Scripts;

namespace Migrator.Configuration;

/// <summary>Form of the answer on stdout.</summary>
internal enum OutputFormat
{
    Text,
    Json,

    /// <summary>Findings of <c>lint</c> as SARIF 2.1.0.</summary>
    Sarif,

    /// <summary>Findings of <c>lint</c> as annotations of GitHub Actions.</summary>
    Github,
}

/// <summary>Everything a run needs to know, read and checked. Times that are null have no limit.</summary>
internal sealed record MigrateOptions
{
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>How to reach the database; asked again for each attempt, for a mounted Secret may change.</summary>
    public required Func<ConnectionSettings> Connection { get; init; }

    /// <summary>How long to try until the database answers. Default 60 s; zero is one try.</summary>
    public TimeSpan? ConnectWait { get; init; }

    /// <summary>How long to wait, in all, for another run and for table locks. Default 5 min; zero is one try.</summary>
    public TimeSpan? LockWait { get; init; }

    /// <summary>PostgreSQL's lock_timeout for each try, no longer than <see cref="LockWait"/>. Default 5 s; null switches it off, whatever the role has set.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>PostgreSQL's statement_timeout. Default none, whatever the role has set.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>Limit for the whole run. Default none; for <c>wait</c> 5 min.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The last version to apply; null is the newest.</summary>
    public ScriptVersion? Target { get; init; }

    /// <summary>Schema of the history table; null is the connection's.</summary>
    public string? Schema { get; init; }

    /// <summary>Name of the history table. Default <c>changelog</c>, Evolve's.</summary>
    public required string HistoryTable { get; init; }

    /// <summary>Values for <c>${name}</c>, by name in either case; null leaves scripts alone.</summary>
    public IReadOnlyDictionary<string, string>? Placeholders { get; init; }

    /// <summary>The names of those whose values may be secret: they came from the environment or the settings folder.</summary>
    public IReadOnlySet<string> SecretPlaceholders { get; init; } = new HashSet<string>();

    /// <summary>Whether a version older than the newest applied one may run. Default off.</summary>
    public bool OutOfOrder { get; init; }

    /// <summary>Whether <c>status</c> answers 5 when anything is pending. Default off.</summary>
    public bool ExitCode { get; init; }

    /// <summary>What stands behind the command: the version of <c>baseline</c>, the description of <c>new</c>, the shell of <c>completion</c>.</summary>
    public string? Argument { get; init; }

    /// <summary>Whether <c>baseline</c> reads Flyway's history. Default off.</summary>
    public bool FromFlyway { get; init; }

    /// <summary>Name of Flyway's history table. Default <c>flyway_schema_history</c>.</summary>
    public required string FlywayTable { get; init; }

    /// <summary>Whether <c>new</c> creates a repeatable script. Default off.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether what <c>new</c> creates runs outside a transaction. Default off.</summary>
    public bool TransactionOff { get; init; }

    /// <summary>The version that stays applied; null when that is not how far down is said.</summary>
    public string? To { get; init; }

    /// <summary>How many versions to undo; null when that is not how far down is said.</summary>
    public string? Steps { get; init; }

    /// <summary>Whether to undo what the folder does not hold. Default off.</summary>
    public bool ToDirectory { get; init; }

    /// <summary>Whether a missing undo script is a warning; otherwise it is an error. Nothing is undone either way.</summary>
    public bool SkipMissingUndo { get; init; }

    /// <summary>Whether <c>plan</c> plans the way down. Default off.</summary>
    public bool Down { get; init; }

    /// <summary>Whether <c>validate</c> counts a version without an undo script as an error. Default off.</summary>
    public bool RequireUndo { get; init; }

    /// <summary>Whether <c>status</c> shows past runs. Default off.</summary>
    public bool ShowHistory { get; init; }

    /// <summary>Whether <c>plan</c> prints the SQL. Default off.</summary>
    public bool ShowSql { get; init; }

    /// <summary>Whether <c>validate</c> looks at the scripts alone. Default off.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether <c>up</c> asks PostgreSQL what each migration locks and rewrites. Default on.</summary>
    public bool Observe { get; init; }

    /// <summary>The version behind which <c>lint</c> begins; null for all scripts.</summary>
    public ScriptVersion? Since { get; init; }

    /// <summary>The mildest finding that fails <c>lint</c>: <c>error</c> (default), <c>warning</c> or <c>none</c>.</summary>
    public required string FailOn { get; init; }
}
