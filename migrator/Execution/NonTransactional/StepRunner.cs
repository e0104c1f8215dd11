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

/// <summary>Runs the steps of one script, and records each step in the progress table, as its <see cref="StepKind"/> requires.</summary>
/// <param name="context">The run's context.</param>
/// <param name="script">The script.</param>
/// <param name="reader">Reads the steps of the script.</param>
/// <param name="statements">Executes the statements.</param>
/// <param name="progressTable">The progress table.</param>
/// <param name="catalog">Queries the system catalog for the effect of interrupted steps.</param>
/// <param name="retry">Retries steps that cannot acquire a lock.</param>
internal sealed class StepRunner(
    MigrationContext context,
    CheckedScript script,
    StepReader reader,
    StatementRunner statements,
    ProgressTable progressTable,
    StepCatalog catalog,
    LockRetry retry)
{
    // In a transaction, a statement that controls transactions itself, such as CALL of a procedure with a COMMIT, fails with one
    // of these SQLSTATEs.
    private const string ActiveTransaction = "25001";
    private const string InvalidTermination = "2D000";

    // The script may have set a role that cannot write to the progress table.
    // ROLE NONE would be the login, although ALTER ROLE … SET role or PGOPTIONS may name another role.
    private static readonly string[] ResetRole = ["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL role TO DEFAULT"];

    private readonly DatabaseSession _session = context.Session;
    private readonly string _key = ProgressTable.KeyOf(script.Script);
    private readonly List<ObservedLock> _observed = [];

    /// <summary>The locks that the steps took on tables that existed before the run.</summary>
    public IReadOnlyList<ObservedLock> Observed => _observed;

    /// <summary>Runs a step.</summary>
    /// <exception cref="StatementException">A statement failed.</exception>
    /// <exception cref="MigrateException">The script was changed after it was checked (2), or an INVALID index exists (1).</exception>
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

    /// <summary>
    /// Runs a statement that removes the leftovers of an interrupted step, or completes the step. Retries it like the step itself.
    /// </summary>
    /// <param name="first">The step's statement.</param>
    /// <param name="cleanUp">One statement of <see cref="StepRecovery.CleanUp"/>.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">The statement failed.</exception>
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
                await _session.SendAsync([cleanUp], cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script.Script, first, e) { IsAfterStatement = true };
            }
        }
    }

    /// <summary>Records that a step that cannot run in a transaction with its row took effect.</summary>
    public Task RecordDoneAsync(ScriptStep step, CancellationToken cancellation)
        => _session.SendAsync(
            [TransactionalStrategy.Begin, SessionState.CaptureStatement(script.CustomSettings), .. Own(progressTable.DoneStatement(_key, step.Number, step.Checksum), SessionStatement(step)), "COMMIT"],
            cancellation);

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
            string done = progressTable.DoneStatement(_key, step.Number, step.Checksum);
            string session = SessionStatement(step);
            IReadOnlyList<ObservedLock> seen = observed?.LocksAtCommit() ?? [];
            try
            {
                // The settings of the transaction end with it, so the state of the session is captured in another transaction.
                string[] ending = isRolledBack
                    ? [end, TransactionalStrategy.Begin, SessionState.CaptureStatement(script.CustomSettings), .. Own(done, session), "COMMIT"]
                    : [TransactionalStrategy.CheckConstraints, .. OwnAfter(step.Number, done), end, TransactionalStrategy.Begin, SessionState.CaptureStatement(script.CustomSettings), .. Own(session), "COMMIT"];
                await SendWithNoticesAsync(ending, last.Position, cancellation).ConfigureAwait(false);
            }
            catch (PostgresException e) when (!isRolledBack && e.BatchCommand?.CommandText == session)
            {
                // The step is committed, so it must not run again. Its state stays unknown, for example because the table is locked.
                await _session.RollbackAsync().ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script.Script, last, e) { IsAfterStatement = true };
            }

            _observed.AddRange(seen);
            if (!isRolledBack)
            {
                observed?.MarkCommitted();
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
        await RecordAsync(progressTable.StartedStatement(_key, step.Number, step.Checksum, existedBefore), cancellation).ConfigureAwait(false);
        try
        {
            await retry.RunAsync(
                () => script.Script.FileName,
                () => RunFirstAsync(first, cancellation),
                () => CleanUpAfterFailureAsync(first, existedBefore, cancellation),
                cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (e.Cause is PostgresException && _session.Connection.State == ConnectionState.Open && !cancellation.IsCancellationRequested)
        {
            // The server refused the statement, so its leftovers and its progress row can be removed. The next run starts the step
            // again.
            await CleanUpAfterFailureAsync(first, existedBefore, cancellation).ConfigureAwait(false);
            await RecordAsync(progressTable.DeleteStepStatement(_key, step.Number), cancellation).ConfigureAwait(false);
            throw;
        }

        if (await catalog.UnusableAsync(first, cancellation).ConfigureAwait(false) is { } unusable)
        {
            throw new MigrateException(ExitCode.MigrationFailed, new Problem("invalid-index", unusable.Reason)
            {
                Script = script.Script.FileName,
                Position = first.Position,
                Advice = unusable.Advice,
            });
        }

        await RecordDoneAsync(step, cancellation).ConfigureAwait(false);
    }

    private Task RunFirstAsync(SqlStatement first, CancellationToken cancellation)
        => StatementKind.RunsConcurrently(first.Text)
            ? WithoutLockTimeoutAsync(() => statements.RunOneAsync(script.Script, first, cancellation), cancellation)
            : statements.RunOneAsync(script.Script, first, cancellation);

    // A CONCURRENTLY statement does not block other sessions while it waits for a lock. If it timed out, it would leave an INVALID
    // index.
    private async Task WithoutLockTimeoutAsync(Func<Task> work, CancellationToken cancellation)
    {
        string before = await _session.ScalarAsync<string>("SHOW lock_timeout", cancellation).ConfigureAwait(false) ?? "0";
        await _session.SendAsync(["SET lock_timeout = 0"], cancellation).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            // The next attempt and the steps after it need lock_timeout again, unless the run has ended.
            if (_session.Connection.State == ConnectionState.Open && !cancellation.IsCancellationRequested)
            {
                await _session.SendAsync([$"SET lock_timeout = {Quote.Literal(before)}"], cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task CleanUpAfterFailureAsync(SqlStatement first, uint? existedBefore, CancellationToken cancellation)
    {
        StepRecovery recovery = await catalog.FindRecoveryAsync(first, existedBefore, cancellation).ConfigureAwait(false);
        if (recovery is { Action: RecoveryAction.CleanUpFirst, IsDoneAfterCleanUp: false })
        {
            foreach (string statement in recovery.CleanUp)
            {
                await CleanUpAsync(first, statement, cancellation).ConfigureAwait(false);
            }
        }
    }

    private Task RecordAsync(string statement, CancellationToken cancellation)
        => _session.SendAsync([TransactionalStrategy.Begin, .. Own(statement), "COMMIT"], cancellation);

    // Reports the privileges that the checks revoke. If the run lock is lost, the server also sends warnings about the check of the lock.
    private async Task SendWithNoticesAsync(IEnumerable<string> own, SourcePosition position, CancellationToken cancellation)
    {
        void Report(object sender, NpgsqlNoticeEventArgs e) => context.Progress.Notice(script.Script, position, e.Notice.Severity, e.Notice.MessageText);

        if (script.Analysis.MayGrant)
        {
            _session.Connection.Notice += Report;
        }

        try
        {
            await _session.SendAsync(own, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _session.Connection.Notice -= Report;
        }
    }

    // Statements that write the progress table, with the role and the search path that they need in the transaction of a script.
    private string[] Own(params string[] statements) => OwnAfter(step: null, statements);

    // The same, in the transaction of a step.
    private string[] OwnAfter(int? step, params string[] statements)
        => [.. ResetRole, TrustedBatch.SetPath, .. context.ChecksBeforeRecord(script, step), .. statements];

    private string SessionStatement(ScriptStep step)
        => progressTable.SessionStatement(_key, step.Number, SessionState.Expression(context.Settings, _session.Settings.Username!));
}
