namespace Migrator;

/// <summary>
/// The exit codes of the process. They are part of the contract, because the <c>podFailurePolicy</c> of a Kubernetes Job
/// evaluates them: the meaning of a number never changes.
/// </summary>
internal enum ExitCode
{
    /// <summary>The command succeeded, or there was nothing to do.</summary>
    Done = 0,

    /// <summary>A migration failed, or <c>--timeout</c> expired. A retry does not help.</summary>
    MigrationFailed = 1,

    /// <summary>Invalid usage, settings or scripts, a wrong password, or a database that does not exist. A retry does not help.</summary>
    Usage = 2,

    /// <summary>The database could not be reached in time, or the connection was lost. A retry can help.</summary>
    DatabaseUnreachable = 3,

    /// <summary><c>--lock-wait</c> expired because of another run, a table lock or deadlocks. A retry can help.</summary>
    LockWaitTimedOut = 4,

    /// <summary>
    /// Migrations are pending (<c>status --exit-code</c>), <c>wait</c> timed out, or <c>--after-rollout</c> or <c>--after-pods</c> found pods of another version, a
    /// paused rollout, or a workload that runs another version. A retry helps when the cause has ended.
    /// </summary>
    Pending = 5,

    /// <summary>The history and the scripts differ. A retry does not help.</summary>
    HistoryMismatch = 6,

    /// <summary>SIGINT ended the run. Uncommitted changes were rolled back.</summary>
    Interrupted = 130,

    /// <summary>SIGTERM ended the run. Uncommitted changes were rolled back.</summary>
    Terminated = 143,
}
