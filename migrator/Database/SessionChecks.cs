using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Checks whether a run can use this connection, so that an unsuitable connection is reported before the run starts.
/// </summary>
internal static class SessionChecks
{
    private const int Checks = 3;
    private const string PidQuery = "SELECT pg_catalog.pg_backend_pid()";
    private static readonly TimeSpan ChecksLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Refuses a pooler that can give each transaction another server session. Session locks and settings would then
    /// belong to another client's session (https://www.pgbouncer.org/features.html). Behind a pooler, the connection's
    /// process id differs from the server's. The pooler shares sessions if the server's process id changes between two
    /// statements, or if two clients get the same one.
    /// </summary>
    /// <exception cref="MigrateException">The pooler shares server sessions between clients (2).</exception>
    public static async Task RefuseTransactionPoolingAsync(DatabaseSession session, ServerFacts facts, CancellationToken cancellation)
    {
        int server = facts.BackendPid;
        if (server == session.Connection.ProcessID)
        {
            return;
        }

        // If this client really owns its server session, no other client can get the same session.
        using var timeout = new CancellationTokenSource(ChecksLimit, session.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        NpgsqlConnection? other = null;
        try
        {
            other = await session.Source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            for (int i = 0; i < Checks; i++)
            {
                int otherServer = await PidAsync(other, limit.Token).ConfigureAwait(false);
                if (otherServer == server)
                {
                    throw TransactionPooling();
                }

                await ThrowIfPidChangedAsync(session, server, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsPoolExhausted(e) && !cancellation.IsCancellationRequested)
        {
            // The pool has no session for a second client. Then this client owns its session, unless its process id changes.
            await ThrowIfPidChangedAsync(session, server, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (other is not null)
            {
                await other.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // A wait in the pooler's queue ends with ChecksLimit. A pooler that rejects the client answers with 08P01 or 53300.
    private static bool IsPoolExhausted(Exception e) => e is OperationCanceledException or TimeoutException or NpgsqlException;

    private static async Task ThrowIfPidChangedAsync(DatabaseSession session, int server, CancellationToken cancellation)
    {
        if (await PidAsync(session, cancellation).ConfigureAwait(false) != server)
        {
            throw TransactionPooling();
        }
    }

    private static MigrateException TransactionPooling() => new(ExitCode.Usage, new Problem("transaction-pooling", "the connection goes through a pooler that shares its server sessions between clients (such as PgBouncer with pool_mode=transaction or statement), so the run could lose its lock")
    {
        Advice = "Connect to PostgreSQL directly for migrations, or through a pooler with pool_mode=session. 'wait' and 'status' work through any pooler.",
    });

    /// <summary>Refuses a read-only server or session.</summary>
    /// <exception cref="MigrateException">The server is a standby, or the session is read-only (2).</exception>
    public static void RefuseReadOnly(DatabaseSession session, ServerFacts facts)
    {
        if (facts.IsStandby || facts.IsReadOnly)
        {
            string why = facts.IsStandby ? "it is a standby (read replica)" : "default_transaction_read_only is on";
            throw new MigrateException(ExitCode.Usage, new Problem("read-only", $"the {DatabaseProblems.Describe(session.Settings)} is read-only: {why}")
            {
                Advice = facts.IsStandby
                    ? "Connect to the primary (the writer endpoint of a managed database); with several hosts: target_session_attrs=read-write."
                    : "Connect as a role that can write, or set default_transaction_read_only to off for the role or the database.",
            });
        }
    }

    private static Task<int> PidAsync(DatabaseSession session, CancellationToken cancellation)
        => session.ScalarAsync<int>(PidQuery, cancellation);

    private static async Task<int> PidAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(PidQuery, connection);
        return (int)(await query.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
    }
}
