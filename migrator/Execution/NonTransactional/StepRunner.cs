using System.Data;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.NonTransactional;

/// <summary>Runs one step together with its progress row, in the way that its kind allows.</summary>
internal sealed class StepRunner(
    DatabaseSession session, ProgressTable progress, StatementRunner statements, StepCatalog catalog, LockRetry retry, TransactionalScript transaction,
    LockObserver? observer)
{
    // A statement that ends transactions by itself (CALL of a procedure that commits) says so with one of these.
    private const string ActiveTransaction = "25001";
    private const string InvalidTermination = "2D000";

    private readonly List<ObservedLock> _observed = [];

    /// <summary>What was seen of the steps since it was last asked for.</summary>
    public IReadOnlyList<ObservedLock> TakeObserved()
    {
        ObservedLock[] seen = [.. _observed];
        _observed.Clear();
        return seen;
    }

    public async Task RunAsync(CheckedScript script, ScriptStep step, CancellationToken cancellation)
    {
        switch (step.Kind)
        {
            case StepKind.Session:
                await statements.RunOneAsync(script, step.First, cancellation).ConfigureAwait(false);
                break;
            case StepKind.NonTransactional:
                await RunAloneAsync(script, step, cancellation).ConfigureAwait(false);
                break;
            default:
                await RunInTransactionAsync(script, step, cancellation).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Takes away, or brings to its end, what an interrupted step left. Waits and tries again as the step itself does.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step.</param>
    /// <param name="statement">One of <see cref="StepVerdict.CleanUp"/>.</param>
    /// <param name="cancellation">Cancels it on the server.</param>
    /// <exception cref="StatementException">It failed.</exception>
    public Task CleanUpAsync(CheckedScript script, ScriptStep step, string statement, CancellationToken cancellation)
    {
        return retry.RunAsync(
            () => script.Script.FileName,
            () => StatementKind.IsConcurrently(statement) ? WithoutLockTimeoutAsync(ExecuteAsync, cancellation) : ExecuteAsync(),
            () => Task.CompletedTask,
            cancellation);

        async Task ExecuteAsync()
        {
            try
            {
                await session.ExecuteAsync(statement, cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script, step.First, e) { IsBehindStatement = true };
            }
        }
    }

    private async Task RunInTransactionAsync(CheckedScript script, ScriptStep step, CancellationToken cancellation)
    {
        bool isBlock = step.Kind == StepKind.Block;
        string begin = isBlock ? step.First.Text : "BEGIN";
        string end = isBlock ? step.Statements[^1].Text : "COMMIT";
        IReadOnlyList<SqlStatement> work = isBlock ? [.. step.Statements.Skip(1).SkipLast(1)] : step.Statements;
        string done = progress.DoneStatement(ProgressTable.KeyOf(script.Script), step.Number, step.Checksum);
        bool isRolledBack = StatementKind.TransactionControlOf(end) == TransactionControl.Rollback;
        try
        {
            await retry.RunAsync(() => script.Script.FileName, TryAsync, transaction.RollbackAsync, cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (!isBlock && e.Cause.SqlState is ActiveTransaction or InvalidTermination)
        {
            await transaction.RollbackAsync().ConfigureAwait(false);
            await RunAloneAsync(script, step, cancellation).ConfigureAwait(false);
        }
        catch (StatementException)
        {
            await transaction.RollbackAsync().ConfigureAwait(false);
            throw;
        }

        async Task TryAsync()
        {
            ObservedTransaction? observed = await RunObservedAsync(script, work, begin, cancellation).ConfigureAwait(false);
            IReadOnlyList<ObservedLock> seen = observed?.ToCommit() ?? [];
            try
            {
                // The script may have set a role that has no business with our table.
                string[] last = isRolledBack ? [end, done] : ["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE", done, end];
                await session.ExecuteAllAsync(last, cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script, step.Statements[^1], e) { IsBehindStatement = true };
            }

            _observed.AddRange(seen);
            if (!isRolledBack)
            {
                observed?.Committed();
            }
        }
    }

    private async Task<ObservedTransaction?> RunObservedAsync(CheckedScript script, IReadOnlyList<SqlStatement> work, string begin, CancellationToken cancellation)
    {
        ObservedTransaction? observed = observer?.Begin(script, work, begin);
        try
        {
            await statements.RunAllAsync(script, work, begin, [], observed, cancellation).ConfigureAwait(false);
            return observed;
        }
        catch (LookException e)
        {
            await transaction.RollbackAsync().ConfigureAwait(false);
            observer!.GiveUp(e.Cause);
            await statements.RunAllAsync(script, work, begin, [], null, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    private async Task RunAloneAsync(CheckedScript script, ScriptStep step, CancellationToken cancellation)
    {
        string key = ProgressTable.KeyOf(script.Script);
        uint? existedBefore = await catalog.ExistingAsync(step.First, cancellation).ConfigureAwait(false);
        await NoteAsync(progress.StartedStatement(key, step.Number, step.Checksum, existedBefore), cancellation).ConfigureAwait(false);
        try
        {
            await retry.RunAsync(
                () => script.Script.FileName,
                () => RunFirstAsync(script, step, cancellation),
                () => CleanUpAsync(script, step, existedBefore, cancellation),
                cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (e.Cause is PostgresException server && !SqlStates.IsServerGone(server) && !cancellation.IsCancellationRequested)
        {
            // The server said no: there is nothing to find out on the next run, once what it left behind is gone.
            await CleanUpAsync(script, step, existedBefore, cancellation).ConfigureAwait(false);
            await NoteAsync(progress.ForgetStatement(key, step.Number), cancellation).ConfigureAwait(false);
            throw;
        }

        if (!await catalog.IsUsableAsync(step.First, cancellation).ConfigureAwait(false))
        {
            throw new MigrateException(ExitCode.MigrationFailed, new Problem("invalid-index", "an INVALID index of this name is there already, and IF NOT EXISTS leaves it as it is")
            {
                Script = script.Script.FileName,
                Position = script.PositionOf(step.First),
                Advice = "Drop it with DROP INDEX CONCURRENTLY, and run again.",
            });
        }

        await NoteAsync(progress.DoneStatement(key, step.Number, step.Checksum), cancellation).ConfigureAwait(false);
    }

    private Task RunFirstAsync(CheckedScript script, ScriptStep step, CancellationToken cancellation)
        => StatementKind.IsConcurrently(step.First.Text)
            ? WithoutLockTimeoutAsync(() => statements.RunOneAsync(script, step.First, cancellation), cancellation)
            : statements.RunOneAsync(script, step.First, cancellation);

    // The waiting of a CONCURRENTLY statement blocks nobody, but a lock_timeout in it leaves an INVALID index.
    private async Task WithoutLockTimeoutAsync(Func<Task> work, CancellationToken cancellation)
    {
        string before = await session.ScalarAsync<string>("SHOW lock_timeout", cancellation).ConfigureAwait(false) ?? "0";
        await session.ExecuteAsync("SET lock_timeout = 0", cancellation).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            // What is tried again, and the steps behind it, must not do without one. A run that is over needs none.
            if (session.Connection.State == ConnectionState.Open && !cancellation.IsCancellationRequested)
            {
                await session.ExecuteAsync($"SET lock_timeout = {Quote.Literal(before)}", cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task CleanUpAsync(CheckedScript script, ScriptStep step, uint? existedBefore, CancellationToken cancellation)
    {
        StepVerdict verdict = await catalog.JudgeAsync(step.First, existedBefore, cancellation).ConfigureAwait(false);
        if (verdict is { Fate: StepFate.CleanUpFirst, IsDoneAfterCleanUp: false })
        {
            foreach (string statement in verdict.CleanUp)
            {
                await CleanUpAsync(script, step, statement, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Task NoteAsync(string statement, CancellationToken cancellation)
        => session.ExecuteAllAsync(["BEGIN", "SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE", statement, "COMMIT"], cancellation);
}
