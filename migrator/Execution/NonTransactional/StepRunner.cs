using System.Data;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.NonTransactional;

/// <summary>Runs the steps of one script, each together with its progress row, in the way that its kind allows.</summary>
internal sealed class StepRunner(
    MigrationContext context,
    CheckedScript script,
    StepReader reader,
    StatementRunner statements,
    ProgressTable progress,
    StepCatalog catalog,
    LockRetry retry)
{
    // A statement that ends transactions by itself (CALL of a procedure that commits) fails with one of these.
    private const string ActiveTransaction = "25001";
    private const string InvalidTermination = "2D000";

    private readonly DatabaseSession _session = context.Session;
    private readonly string _key = ProgressTable.KeyOf(script.Script);
    private readonly List<ObservedLock> _observed = [];

    /// <summary>What the steps did to tables that existed before the run.</summary>
    public IReadOnlyList<ObservedLock> Observed => _observed;

    /// <summary>Runs a step.</summary>
    /// <exception cref="StatementException">A statement failed.</exception>
    /// <exception cref="MigrateException">The script was changed since it was checked (2), or an INVALID index is in the way (1).</exception>
    public async Task RunAsync(ScriptStep step, CancellationToken cancellation)
    {
        switch (step.Kind)
        {
            case StepKind.Session:
                await statements.RunOneAsync(script.Script, reader.MoveTo(step), cancellation).ConfigureAwait(false);
                break;
            case StepKind.NonTransactional:
                await RunNonTransactionalAsync(step, reader.MoveTo(step), cancellation).ConfigureAwait(false);
                break;
            default:
                await RunInTransactionAsync(step, cancellation).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Removes what an interrupted step left, or completes it. Waits and retries as the step itself does.</summary>
    /// <param name="first">The step's statement.</param>
    /// <param name="cleanUp">One of <see cref="StepVerdict.CleanUp"/>.</param>
    /// <param name="cancellation">Cancels it on the server.</param>
    /// <exception cref="StatementException">It failed.</exception>
    public Task CleanUpAsync(SqlStatement first, string cleanUp, CancellationToken cancellation)
    {
        return retry.RunAsync(
            () => script.Script.FileName,
            () => StatementKind.RunsConcurrently(cleanUp) ? WithoutLockTimeoutAsync(ExecuteAsync, cancellation) : ExecuteAsync(),
            () => Task.CompletedTask,
            cancellation);

        async Task ExecuteAsync()
        {
            try
            {
                await _session.ExecuteAsync(cleanUp, cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script.Script, first, e) { IsAfterStatement = true };
            }
        }
    }

    private async Task RunInTransactionAsync(ScriptStep step, CancellationToken cancellation)
    {
        try
        {
            await retry.RunAsync(() => script.Script.FileName, TryAsync, _session.RollbackAsync, cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (step.Kind != StepKind.Block && e.Cause.SqlState is ActiveTransaction or InvalidTermination)
        {
            await _session.RollbackAsync().ConfigureAwait(false);
            await RunNonTransactionalAsync(step, reader.MoveTo(step), cancellation).ConfigureAwait(false);
        }
        catch (StatementException)
        {
            await _session.RollbackAsync().ConfigureAwait(false);
            throw;
        }

        async Task TryAsync()
        {
            SqlStatement first = reader.MoveTo(step);
            string begin = step.Kind == StepKind.Block ? first.Text : TransactionalStrategy.Begin;
            ObservedTransaction? observed = await statements.RunAllAsync(script, step.Number, Open, begin, [], cancellation).ConfigureAwait(false);
            SqlStatement last = reader.End ?? first;
            string end = step.Kind == StepKind.Block ? last.Text : "COMMIT";
            bool isRolledBack = StatementKind.TransactionControlOf(end) == TransactionControl.Rollback;
            string done = progress.DoneStatement(_key, step.Number, step.Checksum);
            IReadOnlyList<ObservedLock> seen = observed?.LocksAtCommit() ?? [];
            try
            {
                // The script may have set a role that may not write our table.
                string[] ending = isRolledBack ? [end, done] : ["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE", done, end];
                await _session.ExecuteAllAsync(ending, cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script.Script, last, e) { IsAfterStatement = true };
            }

            _observed.AddRange(seen);
            if (!isRolledBack)
            {
                observed?.Committed();
            }
        }

        IStatementReader Open()
        {
            reader.MoveTo(step);
            return reader;
        }
    }

    private async Task RunNonTransactionalAsync(ScriptStep step, SqlStatement first, CancellationToken cancellation)
    {
        uint? existedBefore = await catalog.ExistingAsync(first, cancellation).ConfigureAwait(false);
        await RecordAsync(progress.StartedStatement(_key, step.Number, step.Checksum, existedBefore), cancellation).ConfigureAwait(false);
        try
        {
            await retry.RunAsync(
                () => script.Script.FileName,
                () => RunFirstAsync(first, cancellation),
                () => CleanUpAsync(first, existedBefore, cancellation),
                cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (e.Cause is PostgresException server && !SqlStates.IsServerGone(server) && !cancellation.IsCancellationRequested)
        {
            // The server refused it: there is nothing to find out in the next run, once what it left is removed.
            await CleanUpAsync(first, existedBefore, cancellation).ConfigureAwait(false);
            await RecordAsync(progress.ForgetStatement(_key, step.Number), cancellation).ConfigureAwait(false);
            throw;
        }

        if (!await catalog.IsUsableAsync(first, cancellation).ConfigureAwait(false))
        {
            throw new MigrateException(ExitCode.MigrationFailed, new Problem("invalid-index", "an INVALID index of this name is there already, and IF NOT EXISTS leaves it as it is")
            {
                Script = script.Script.FileName,
                Position = first.Position,
                Advice = "Drop it with DROP INDEX CONCURRENTLY, and run again.",
            });
        }

        await RecordAsync(progress.DoneStatement(_key, step.Number, step.Checksum), cancellation).ConfigureAwait(false);
    }

    private Task RunFirstAsync(SqlStatement first, CancellationToken cancellation)
        => StatementKind.RunsConcurrently(first.Text)
            ? WithoutLockTimeoutAsync(() => statements.RunOneAsync(script.Script, first, cancellation), cancellation)
            : statements.RunOneAsync(script.Script, first, cancellation);

    // A CONCURRENTLY statement that waits blocks no other session, but a lock_timeout in it leaves an INVALID index.
    private async Task WithoutLockTimeoutAsync(Func<Task> work, CancellationToken cancellation)
    {
        string before = await _session.ScalarAsync<string>("SHOW lock_timeout", cancellation).ConfigureAwait(false) ?? "0";
        await _session.ExecuteAsync("SET lock_timeout = 0", cancellation).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            // What is retried, and the steps after it, need the limit. A run that has ended needs none.
            if (_session.Connection.State == ConnectionState.Open && !cancellation.IsCancellationRequested)
            {
                await _session.ExecuteAsync($"SET lock_timeout = {Quote.Literal(before)}", cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task CleanUpAsync(SqlStatement first, uint? existedBefore, CancellationToken cancellation)
    {
        StepVerdict verdict = await catalog.JudgeAsync(first, existedBefore, cancellation).ConfigureAwait(false);
        if (verdict is { Fate: StepFate.CleanUpFirst, IsDoneAfterCleanUp: false })
        {
            foreach (string statement in verdict.CleanUp)
            {
                await CleanUpAsync(first, statement, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Task RecordAsync(string statement, CancellationToken cancellation)
        => _session.ExecuteAllAsync(["BEGIN", "SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE", statement, "COMMIT"], cancellation);
}
