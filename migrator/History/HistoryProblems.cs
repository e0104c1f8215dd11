using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>Failures of the statements that read and write the history table and the tables beside it.</summary>
internal static class HistoryProblems
{
    /// <summary>A statement of migrate's own, not of a script, failed.</summary>
    /// <param name="activity">What the statement was for, such as "repairing the history".</param>
    /// <param name="e">The server's answer.</param>
    /// <param name="history">The history that it was about; null when that is not known yet.</param>
    /// <returns>Exit code 2 where a privilege is missing, otherwise 1.</returns>
    public static MigrateException Failed(string activity, Exception e, HistoryTable? history)
    {
        bool isForbidden = e is PostgresException { SqlState: SqlStates.InsufficientPrivilege };
        return new(
            isForbidden ? ExitCode.Usage : ExitCode.MigrationFailed,
            DatabaseProblems.Of("database-error", $"{activity} failed", e, isForbidden && history is not null ? Grants(history) : null),
            e);
    }

    private static string Grants(HistoryTable history)
    {
        string schema = Quote.Identifier(history.Schema);
        return $"'wait' and 'status' need GRANT USAGE ON SCHEMA {schema} and GRANT SELECT ON {schema}.{Quote.Identifier(history.Name)} TO the role; "
            + $"what changes the database needs GRANT USAGE, CREATE ON SCHEMA {schema}, and the tables that are there as their owner.";
    }
}
