namespace Migrator;

/// <summary>
/// What the command says to the shell. Kubernetes reads these through a Job's <c>podFailurePolicy</c>,
/// so they are part of the contract: a meaning never moves to another number.
/// </summary>
internal enum ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    Done = 0,

    /// <summary>A migration failed, or <c>--timeout</c> is spent. Trying again does not help.</summary>
    MigrationFailed = 1,

    /// <summary>Wrong usage, configuration or scripts; wrong password; no such database. Trying again does not help.</summary>
    Usage = 2,

    /// <summary>The database could not be reached in time, or was lost on the way. Trying again helps.</summary>
    DatabaseUnreachable = 3,

    /// <summary><c>--lock-wait</c> is spent on another run, a table lock or deadlocks. Trying again helps.</summary>
    LockWaitSpent = 4,

    /// <summary>Migrations are pending (<c>status --exit-code</c>), or <c>wait</c> ran out of time.</summary>
    Pending = 5,

    /// <summary>History and scripts disagree. Trying again does not help.</summary>
    HistoryMismatch = 6,

    /// <summary>Ended by SIGINT, rolled back.</summary>
    Interrupted = 130,

    /// <summary>Ended by SIGTERM, rolled back.</summary>
    Terminated = 143,
}
