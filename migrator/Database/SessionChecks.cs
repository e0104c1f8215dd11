using Npgsql;

namespace Migrator.Database;

/// <summary>Whether this connection can carry a run at all; what cannot must say why, not fail somewhere in the middle.</summary>
internal static class SessionChecks
{
    private const int Looks = 3;
    private const string PidQuestion = "SELECT pg_backend_pid()";
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Refuses a pooler that gives each transaction another server session: session locks and settings would be somebody
    /// else's (https://www.pgbouncer.org/features.html). A pooler shows itself by a process id that is not the server's;
    /// what it pools, by what stays the same from statement to statement and between two clients.
    /// </summary>
    /// <exception cref="MigrateException">It is such a pooler (2).</exception>
    public static async Task RefuseTransactionPoolingAsync(DatabaseSession session, ServerFacts facts, CancellationToken cancellation)
    {
        int server = facts.BackendPid;
        if (server == session.Connection.ProcessID)
        {
            return;
        }

        // While we hold a session of our own, no other client can be given the same one.
        using var timeout = new CancellationTokenSource(LookLimit, session.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        NpgsqlConnection? other = null;
        try
        {
            other = await session.Source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            for (int i = 0; i < Looks; i++)
            {
                int theirs = await PidAsync(other, limit.Token).ConfigureAwait(false);
                if (theirs == server)
                {
                    throw Shared();
                }

                await RefuseIfMovedAsync(session, server, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsNoneLeft(e) && !cancellation.IsCancellationRequested)
        {
            // The pool has no session left for a second client because ours is really ours; if it moves, it is not.
            await RefuseIfMovedAsync(session, server, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (other is not null)
            {
                await other.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // Waiting in the pooler's queue ends by our limit; being refused by it, with 08P01 or 53300.
    private static bool IsNoneLeft(Exception e) => e is OperationCanceledException or TimeoutException or NpgsqlException;

    private static async Task RefuseIfMovedAsync(DatabaseSession session, int server, CancellationToken cancellation)
    {
        if (await PidAsync(session, cancellation).ConfigureAwait(false) != server)
        {
            throw Shared();
        }
    }

    private static MigrateException Shared() => new(ExitCode.Usage, new Problem("transaction-pooling", "the connection goes through a pooler that shares its server sessions between clients (such as PgBouncer with pool_mode=transaction or statement): the run's lock would not hold")
    {
        Advice = "Connect to PostgreSQL directly for migrations, or through a pool with pool_mode=session; 'wait' and 'status' work through any.",
    });

    /// <summary>Refuses a server that takes no writes.</summary>
    /// <exception cref="MigrateException">It is a standby, or the session is read-only (2).</exception>
    public static void RefuseReadOnly(DatabaseSession session, ServerFacts facts)
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

    private static Task<int> PidAsync(DatabaseSession session, CancellationToken cancellation)
        => session.ScalarAsync<int>(PidQuestion, cancellation);

    private static async Task<int> PidAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(PidQuestion, connection);
        return (int)(await query.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
    }
}
