using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>Creates the failures of statements that read and write the history, audit, progress and undo tables.</summary>
internal static class HistoryProblems
{
    /// <summary>Creates the failure of one of migrate's own statements.</summary>
    /// <param name="activity">What the statement was for, such as "repairing the history".</param>
    /// <param name="e">The server's error.</param>
    /// <param name="history">The history table; null if it is not known yet.</param>
    /// <returns>A failure with exit code 2 if a privilege is missing, 4 if a lock was not acquired in time, otherwise 1.</returns>
    public static MigrateException Failed(string activity, Exception e, HistoryTable? history)
    {
        bool isForbidden = e is PostgresException { SqlState: SqlStates.InsufficientPrivilege };
        return new(
            isForbidden ? ExitCode.Usage : e is NpgsqlException failed && SqlStates.IsLockConflict(failed) ? ExitCode.LockWaitTimedOut : ExitCode.MigrationFailed,
            DatabaseProblems.Of("database-error", $"{activity} failed", e, isForbidden && history is not null ? Grants(history) : null),
            e);
    }

    private static string Grants(HistoryTable history)
    {
        string schema = Quote.Identifier(history.Schema);
        return $"'wait' and 'status' need GRANT USAGE ON SCHEMA {schema} and GRANT SELECT ON {schema}.{Quote.Identifier(history.Name)} TO the role; "
            + $"commands that change the database need GRANT USAGE, CREATE ON SCHEMA {schema}, and must own the tables that already exist.";
    }
}
