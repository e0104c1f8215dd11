using Migrator.Configuration;
using Migrator.Database;
using Migrator.Reporting;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// One script in one transaction with its history row (guarantee 4). A lock that is not to be had rolls the script
/// back and tries it again after a growing, jittered pause, until <c>--lock-wait</c> is spent (guarantee 7).
/// </summary>
internal sealed class TransactionalScript(
    DatabaseSession session, StatementRunner runner, SessionSettings settings, LockBudget budget, IRunReport report)
{
    private PreparedScript? script;

    /// <summary>Begins the transaction and runs the script in it.</summary>
    /// <exception cref="StatementException">A statement failed; the transaction is still open.</exception>
    public async Task RunAsync(PreparedScript toRun, CancellationToken cancellation)
    {
        script = toRun;
        report.Applying(toRun.Script);
        while (true)
        {
            try
            {
                await runner.RunAllAsync(toRun, "BEGIN", cancellation).ConfigureAwait(false);
                return;
            }
            catch (StatementException e) when (e.IsLockConflict && budget.TryNext(out TimeSpan pause))
            {
                await RetryAfterAsync(e, pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Resets what the script changed in the session, writes the history row, commits: one round trip.</summary>
    /// <exception cref="StatementException">A deferred constraint failed at COMMIT.</exception>
    public async Task CommitAsync(string historyInsert, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (string statement in settings.ResetStatements.Append(historyInsert).Append("COMMIT"))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw new StatementException(script!, null, e);
        }
    }

    /// <summary>Rolls back; a connection that is gone has rolled back already.</summary>
    public async Task RollbackAsync()
    {
        try
        {
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or ObjectDisposedException)
        {
            // Nothing is lost: the server rolls back a session that ends.
        }
    }

    private async Task RetryAfterAsync(StatementException e, TimeSpan pause, CancellationToken cancellation)
    {
        await RollbackAsync().ConfigureAwait(false);
        report.Waiting($"{e.Script.Script.FileName}: {e.Cause.Message}; rolled back, next try in {Duration.Format(TimeSpan.FromMilliseconds(Math.Round(pause.TotalMilliseconds)))}");
        await Task.Delay(pause, cancellation).ConfigureAwait(false);
    }
}
