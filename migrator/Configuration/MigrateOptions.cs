using Migrator.Scripts;

namespace Migrator.Configuration;

/// <summary>The format of the result on stdout.</summary>
internal enum OutputFormat
{
    Text,
    Json,

    /// <summary>Findings of <c>lint</c> as SARIF 2.1.0.</summary>
    Sarif,

    /// <summary>Findings of <c>lint</c> as annotations of GitHub Actions.</summary>
    Github,

    /// <summary>Findings of <c>lint</c> as JUnit XML.</summary>
    Junit,
}

/// <summary>The options of a run, validated. A duration that is null means no limit.</summary>
internal sealed record MigrateOptions
{
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>Returns the connection. Called for each connection attempt, because a mounted Secret may change.</summary>
    public required Func<ConnectionSettings> Connection { get; init; }

    /// <summary>How long to retry until the database accepts a connection. Default 60 s; zero means one attempt.</summary>
    public TimeSpan? ConnectWait { get; init; }

    /// <summary>Whether a rejected login is retried like a database that does not answer, until <see cref="ConnectWait"/> has passed. Default: no.</summary>
    public bool RetryLogin { get; init; }

    /// <summary>The total time to wait for another run and for table locks. Default 5 min; zero means one attempt.</summary>
    public TimeSpan? LockWait { get; init; }

    /// <summary>
    /// PostgreSQL's lock_timeout for each attempt, at most <see cref="LockWait"/>. Default 5 s; null disables it, even if
    /// the role sets one.
    /// </summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>PostgreSQL's statement_timeout. Default none, even if the role sets one.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>The maximum duration of the whole run. Default none; 5 min for <c>wait</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The last version to apply; null for the newest.</summary>
    public ScriptVersion? Target { get; init; }

    /// <summary>The schema of the history table; null for the current schema of the connection.</summary>
    public string? Schema { get; init; }

    /// <summary>The name of the history table. Default <c>changelog</c>, as in Evolve.</summary>
    public required string HistoryTable { get; init; }

    /// <summary>
    /// The role that owns migrate's tables; null for the migration role, or a role that a superuser has granted to it, that cannot log in, and that has no other member.
    /// </summary>
    public string? HistoryOwner { get; init; }

    /// <summary>The roles that may write to migrate's tables, besides their owner. Default none.</summary>
    public IReadOnlyList<string> TrustedRoles { get; init; } = [];

    /// <summary>The values for <c>${name}</c> in scripts, by case-insensitive name; null if placeholders are not replaced.</summary>
    public IReadOnlyDictionary<string, string>? Placeholders { get; init; }

    /// <summary>The placeholders whose values may be secret, because they come from the environment or the settings folder.</summary>
    public IReadOnlySet<string> SecretPlaceholders { get; init; } = new HashSet<string>();

    /// <summary>Whether pending versions below the newest applied version may run. Default false.</summary>
    public bool OutOfOrder { get; init; }

    /// <summary>Whether <c>up</c> fails if the database has newer versions than the folder. Default: no.</summary>
    public bool FailIfAhead { get; init; }

    /// <summary>The phase whose scripts the command is about; null for all scripts.</summary>
    public ScriptPhase? Phase { get; init; }

    /// <summary>Whether pending contract scripts are an error. Default: no.</summary>
    public bool RefuseContract { get; init; }

    /// <summary>The versions of contract scripts that the folder does not have, and that do not stop the gate. Default none.</summary>
    public IReadOnlyList<ScriptVersion> AllowContracted { get; init; } = [];

    /// <summary>Whether the server's DETAIL and CONTEXT of errors are left out of the output. Default false.</summary>
    public bool NoDetail { get; init; }

    /// <summary>Whether <c>status</c> exits with 5 if migrations are pending. Default false.</summary>
    public bool ExitCode { get; init; }

    /// <summary>
    /// The argument after the command: the version for <c>baseline</c>, the description for <c>new</c>, the shell for
    /// <c>completion</c>; null for none.
    /// </summary>
    public string? Argument { get; init; }

    /// <summary>Whether <c>baseline</c> reads Flyway's history. Default false.</summary>
    public bool FromFlyway { get; init; }

    /// <summary>The name of Flyway's history table. Default <c>flyway_schema_history</c>.</summary>
    public required string FlywayTable { get; init; }

    /// <summary>Whether <c>new</c> creates a repeatable script. Default false.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether <c>new</c> creates scripts that run outside a transaction. Default false.</summary>
    public bool TransactionOff { get; init; }

    /// <summary>The newest version that <c>down</c> leaves applied; null without <c>--to</c>.</summary>
    public string? To { get; init; }

    /// <summary>How many versions <c>down</c> undoes; null without <c>--steps</c>.</summary>
    public string? Steps { get; init; }

    /// <summary>Whether <c>down</c> undoes the versions that are not in the folder. Default false.</summary>
    public bool ToDirectory { get; init; }

    /// <summary>Whether a missing undo script is a warning instead of an error. In both cases nothing is undone. Default false.</summary>
    public bool SkipMissingUndo { get; init; }

    /// <summary>The workloads whose pods of another version must have ended before the command begins, such as <c>deployment/orders</c>.</summary>
    public IReadOnlyList<string> AfterRollout { get; init; } = [];

    /// <summary>Label selectors of pods of which those with another version must have ended.</summary>
    public IReadOnlyList<string> AfterPods { get; init; } = [];

    /// <summary>Whether the command first waits for pods.</summary>
    public bool WaitsForPods => AfterRollout.Count > 0 || AfterPods.Count > 0;

    /// <summary>How long to wait for these pods. Default 30 min; zero means one look.</summary>
    public TimeSpan? RolloutWait { get; init; }

    /// <summary>Whether <c>down</c> cancels a run of the same release and role that holds the run lock. Default: no.</summary>
    public bool EndRunning { get; init; }

    /// <summary>Whether <c>plan</c> shows what <c>down</c> would do. Default false.</summary>
    public bool Down { get; init; }

    /// <summary>Whether <c>validate</c> reports a version without an undo script as an error. Default false.</summary>
    public bool RequireUndo { get; init; }

    /// <summary>Whether <c>validate</c> applies the scripts to new databases. Default false.</summary>
    public bool BothOrders { get; init; }

    /// <summary>Whether <c>up</c> may apply contract scripts in the expand phase, if the database is fresh. No setting; default true.</summary>
    public bool MayBeFresh { get; init; } = true;

    /// <summary>Whether <c>status</c> lists past runs. Default false.</summary>
    public bool ShowHistory { get; init; }

    /// <summary>Whether <c>plan</c> prints the SQL. Default false.</summary>
    public bool ShowSql { get; init; }

    /// <summary>Whether <c>validate</c> checks only the scripts. Default false.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether <c>up</c> queries which tables each migration locks and rewrites. Default true.</summary>
    public bool Observe { get; init; }

    /// <summary><c>lint</c> checks only the versions above this version; null for all scripts.</summary>
    public ScriptVersion? Since { get; init; }

    /// <summary>The lowest severity that makes <c>lint</c> exit with 2: <c>error</c> (default), <c>warning</c> or <c>none</c>.</summary>
    public required string FailOn { get; init; }
}
