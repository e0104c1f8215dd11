using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Runs short scripts that access only tables that are new in this run. It sends several scripts in one round trip, so an empty
/// database gets its schema in few round trips. Each script has its own transaction. After the first statement that fails, the
/// server executes no other statement of the same batch.
/// <para>
/// PostgreSQL's extended query protocol guarantees this: "when an error is detected while processing any extended-query message, the backend issues ErrorResponse, then reads and
/// discards messages until a Sync is reached" (https://www.postgresql.org/docs/current/protocol-flow.html), and Npgsql sends one Sync, at the end of a batch.
/// </para>
/// <para>
/// For each script, the run sends <c>BEGIN | the script | deferred triggers | reset of the session | checks of the run lock and the tables | history row and audit row | COMMIT</c>. Before
/// a batch of at least four scripts, the run prepares the statements that follow each script (<see cref="PreparedBookkeeping"/>).
/// </para>
/// </summary>
internal sealed class PipelinedStrategy
{
    private readonly MigrationContext _context;
    private readonly LockRetry _retry;
    private readonly RunTracker _tracker;
    private readonly PreparedBookkeeping _bookkeeping;

    /// <summary>Creates the strategy.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="retry">Retries scripts that cannot acquire a lock.</param>
    /// <param name="tracker">Receives the start and the end of each script.</param>
    public PipelinedStrategy(MigrationContext context, LockRetry retry, RunTracker tracker)
    {
        (_context, _retry, _tracker) = (context, retry, tracker);
        _bookkeeping = new PreparedBookkeeping(context.Session, context.Settings, context.UsualChecks, new AppliedRow(context.History, context.Audit));
    }

    /// <summary>Gets the scripts of the next batch; empty if the next script runs with another strategy.</summary>
    public static ApplyWork[] BatchOf(IEnumerable<ScriptWork> next)
    {
        // The prepared statements do not delete the record that a contract script has begun.
        IEnumerable<ApplyWork> pending = next.TakeWhile(w => w is ApplyWork { Script.Phase: ScriptPhase.Expand }).Cast<ApplyWork>();
        return [.. pending.Take(PipelineRules.BatchSize(pending.Select(w => w.Checked.Analysis)))];
    }

    /// <summary>Removes the prepared statements from the session, before a script runs with another strategy.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) => _bookkeeping.ReleaseAsync(cancellation);

    /// <summary>Runs scripts in order.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">
    /// A script failed. The scripts before it stay applied, and its own transaction may still be open.
    /// </exception>
    public async Task RunAsync(IReadOnlyList<ApplyWork> scripts, CancellationToken cancellation)
    {
        int done = 0;
        await _retry.RunAsync(Name, TryAsync, _context.Session.RollbackAsync, cancellation).ConfigureAwait(false);

        string Name() => done == scripts.Count - 1
            ? scripts[done].Script.FileName
            : $"one of {scripts[done].Script.FileName} to {scripts[^1].Script.FileName}";

        async Task TryAsync()
        {
            while (done < scripts.Count)
            {
                await _bookkeeping.PrepareAsync(scripts.Count - done, cancellation).ConfigureAwait(false);
                await SendPreparedAsync().ConfigureAwait(false);
            }
        }

        async Task SendPreparedAsync()
        {
            try
            {
                await SendAsync().ConfigureAwait(false);
            }
            catch (StatementException e) when (_bookkeeping.LostPreparedStatements(e))
            {
                // A function that the script called has removed the prepared statements. The scripts run again. Effects that a
                // rollback does not undo, such as nextval, happen twice.
                await _context.Session.RollbackAsync().ConfigureAwait(false);
                _bookkeeping.MarkRemoved();
                await SendAsync().ConfigureAwait(false);
            }
        }

        async Task SendAsync()
        {
            (List<SentCommand> commands, List<int> commits) = Commands(scripts.Skip(done));
            ApplyWork[] remaining = [.. scripts.Skip(done).Take(commits.Count)];
            long start = _context.Time.GetTimestamp();
            _tracker.Start(remaining[0], start);
            var times = new List<TimeSpan>();
            var batch = new ScriptBatch(_context.Session, _context.Progress, commands);
            await using (batch.ConfigureAwait(false))
            {
                try
                {
                    await using var cancel = new RepeatedCancel(_context.Session, cancellation);
                    await batch.RunAsync(results => ReadTimesAsync(results, times, cancellation), cancellation).ConfigureAwait(false);
                }
                finally
                {
                    // A script is applied if the completion of its COMMIT was read.
                    int committed = commits.TakeWhile(c => batch[c].StatementType != StatementType.Unknown).Count();
                    done += committed;
                    for (int i = 0; i < committed; i++)
                    {
                        // If reading stopped in the middle, the time of a script may be missing.
                        TimeSpan time = i < times.Count ? times[i] : TimeSpan.Zero;
                        _tracker.Done(remaining[i], time, []);
                        start += (long)(time.TotalSeconds * _context.Time.TimestampFrequency);
                    }

                    if (committed < remaining.Length)
                    {
                        _tracker.Start(remaining[committed], start);
                    }
                }
            }
        }
    }

    // Returns the commands of the batch, and the indexes of the commands that commit a script. The batch ends before a script that
    // was changed since it was checked, so that the scripts before it are applied.
    private (List<SentCommand> Commands, List<int> Commits) Commands(IEnumerable<ApplyWork> scripts)
    {
        var commands = new List<SentCommand>();
        var commits = new List<int>();
        foreach (ApplyWork work in scripts)
        {
            try
            {
                commands.AddRange(StatementsOf(work));
            }
            catch (MigrateException) when (commits.Count > 0)
            {
                break;
            }
            catch (MigrateException)
            {
                _tracker.Start(work);
                throw;
            }

            commands.AddRange(_bookkeeping.RecordAndCommit(work));
            commits.Add(commands.Count - 1);
        }

        return (commands, commits);
    }

    private List<SentCommand> StatementsOf(ApplyWork work)
    {
        var commands = new List<SentCommand> { new(work.Script, TransactionalStrategy.Begin, OpensTransaction: true) };
        using ScriptReader reader = work.Checked.Open();
        while (reader.Read() is { } statement)
        {
            commands.Add(new SentCommand(work.Script, statement.Text, statement));
            if (_context.Settings.StatementAfter(statement.Text) is { } again)
            {
                commands.Add(new SentCommand(work.Script, again));
            }
        }

        reader.ThrowIfChanged();
        return commands;
    }

    // Reads the duration of each script. The statement that writes the history row returns it. Results of scripts are ignored.
    private static async Task ReadTimesAsync(NpgsqlDataReader results, List<TimeSpan> times, CancellationToken cancellation)
    {
        do
        {
            if (AppliedRow.IsElapsedTime(results) && await results.ReadAsync(cancellation).ConfigureAwait(false))
            {
                times.Add(TimeSpan.FromMilliseconds(results.GetInt64(0)));
            }
        }
        while (await results.NextResultAsync(cancellation).ConfigureAwait(false));
    }
}
