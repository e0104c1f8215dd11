using Npgsql;

namespace Migrator.Database;

/// <summary>Whether this connection can carry a run at all; what cannot must say why, not fail somewhere in the middle.</summary>
internal static class SessionChecks
{
    private const int Looks = 3;

    /// <summary>
    /// Refuses a pooler that gives each transaction another server session: session locks and settings would be somebody
    /// else's (https://www.pgbouncer.org/features.html). A pooler shows itself by a process id that is not the server's;
    /// what it pools, by what stays the same from statement to statement and between two clients.
    /// </summary>
    /// <exception cref="MigrateException">It is such a pooler (2).</exception>
    public static async Task RefuseTransactionPoolingAsync(DatabaseSession session, DatabaseFacts facts, CancellationToken cancellation)
    {
        int server = facts.BackendPid;
        if (server == session.Connection.ProcessID)
        {
            return;
        }

        // While we hold a session of our own, no other client can be given the same one.
        await using NpgsqlConnection other = await session.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        for (int i = 0; i < Looks; i++)
        {
            int theirs = await PidAsync(other, cancellation).ConfigureAwait(false);
            int ours = await PidAsync(session.Connection, cancellation).ConfigureAwait(false);
            if (ours != server || theirs == ours)
            {
                throw new MigrateException(ExitCode.Usage, new Problem("transaction-pooling", "the connection goes through a pooler that pools transactions (such as PgBouncer with pool_mode=transaction): the run's lock would not hold")
                {
                    Advice = "Connect to PostgreSQL directly for migrations, or through a pool with pool_mode=session.",
                });
            }
        }
    }

    /// <summary>Refuses a server that takes no writes.</summary>
    /// <exception cref="MigrateException">It is a standby, or the session is read-only (2).</exception>
    public static void RefuseReadOnly(DatabaseSession session, DatabaseFacts facts)
    {
        if (facts.IsStandby || facts.IsReadOnly)
        {
            string why = facts.IsStandby ? "it is a standby (read replica)" : "default_transaction_read_only is on";
            throw new MigrateException(ExitCode.Usage, new Problem("read-only", $"the {DatabaseProblems.Describe(session.Settings)} takes no writes: {why}")
            {
                Advice = facts.IsStandby
                    ? "Connect to the primary (the writer endpoint of a managed database); with several hosts: target_session_attrs=read-write."
                    : "Connect with a role, or to a database, that may write.",
            });
        }
    }

    private static async Task<int> PidAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await query.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
    }
}
