using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Runs short scripts that access only what is new in this run, several to a round trip: a schema is built from nothing in few round trips. Each script has a transaction
/// of its own, and after the first statement that fails the server executes nothing that was sent with it.
/// <para>
/// The extended protocol promises that: "when an error is detected while processing any extended-query message, the backend issues ErrorResponse, then reads and
/// discards messages until a Sync is reached" (https://www.postgresql.org/docs/current/protocol-flow.html), and Npgsql sends one Sync, at the end of a batch.
/// </para>
/// <para>
/// What is sent for each script: <c>BEGIN | the script | reset of the session | history row and audit row | COMMIT</c>. Where at least four scripts wait, what follows the script
/// is prepared first.
/// </para>
/// <para>
/// What is sent, for each script: <c>BEGIN | the script | reset of the session | history row and audit row | COMMIT</c>. From the fourth script on, what follows the script is prepared.
/// </para>
/// </summary>
internal sealed class PipelinedStrategy
{
    private readonly MigrationContext _context;
    private readonly LockRetry _retry;
    private readonly RunTracker _tracker;
    private readonly PreparedBookkeeping _bookkeeping;

    public PipelinedStrategy(MigrationContext context, LockRetry retry, RunTracker tracker)
    {
        (_context, _retry, _tracker) = (context, retry, tracker);
        _bookkeeping = new PreparedBookkeeping(context.Session, context.Settings, new AppliedRow(context.History, context.Audit));
    }

    /// <summary>The next scripts that run together; empty where the next one does not run by this strategy.</summary>
    public static ApplyWork[] BatchOf(IEnumerable<ScriptWork> next)
    {
        IEnumerable<ApplyWork> pending = next.Select(w => w as ApplyWork).TakeWhile(w => w is not null)!;
        return [.. pending.Take(PipelineRules.BatchSize(pending.Select(w => w.Checked.Analysis)))];
    }

    /// <summary>Removes what this strategy keeps in the session, before a script runs by another one.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) => _bookkeeping.ReleaseAsync(cancellation);

    /// <summary>Runs scripts in order.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">One failed; those before it stay applied, and its transaction may still be open.</exception>
    public async Task RunAsync(IReadOnlyList<ApplyWork> scripts, CancellationToken cancellation)
    {
        int done = 0;
        await _retry.RunAsync(What, TryAsync, _context.Session.RollbackAsync, cancellation).ConfigureAwait(false);

        string What() => done == scripts.Count - 1
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
                // A function of a script has removed the prepared statements. What a rollback does not undo, such as nextval, happens once more.
                await _context.Session.RollbackAsync().ConfigureAwait(false);
                _bookkeeping.Forget();
                await SendAsync().ConfigureAwait(false);
            }
        }

        async Task SendAsync()
        {
            (List<SentCommand> commands, List<int> commits) = Commands(scripts.Skip(done));
            ApplyWork[] left = [.. scripts.Skip(done).Take(commits.Count)];
            long start = _context.Time.GetTimestamp();
            _tracker.Start(left[0], start);
            var times = new List<TimeSpan>();
            var batch = new ScriptBatch(_context.Session, _context.Progress, commands);
            await using (batch.ConfigureAwait(false))
            {
                try
                {
                    await using var cancel = new RepeatedCancel(_context.Session, cancellation);
                    await batch.RunAsync(reader => ReadTimesAsync(reader, times, cancellation), cancellation).ConfigureAwait(false);
                }
                finally
                {
                    // The completion of a COMMIT was read: the script is in the database.
                    int committed = commits.TakeWhile(c => batch[c].StatementType != StatementType.Unknown).Count();
                    done += committed;
                    for (int i = 0; i < committed; i++)
                    {
                        // An answer that was cut off half-way may lack one.
                        TimeSpan time = i < times.Count ? times[i] : TimeSpan.Zero;
                        _tracker.Done(left[i], time, []);
                        start += (long)(time.TotalSeconds * _context.Time.TimestampFrequency);
                    }

                    if (committed < left.Length)
                    {
                        _tracker.Start(left[committed], start);
                    }
                }
            }
        }
    }

    // Everything that is sent, and the numbers of the commands that commit a script. Ends before a script that was changed since it was checked, so that those before it are applied.
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

    private static List<SentCommand> StatementsOf(ApplyWork work)
    {
        var commands = new List<SentCommand> { new(work.Script, TransactionalStrategy.Begin, IsFirst: true) };
        using ScriptReader reader = work.Checked.Open();
        while (reader.Read() is { } statement)
        {
            commands.Add(new SentCommand(work.Script, statement.Text, statement));
        }

        reader.ThrowIfChanged();
        return commands;
    }

    // The rows of the history answer how long their script took. What scripts answer is ignored.
    private static async Task ReadTimesAsync(NpgsqlDataReader reader, List<TimeSpan> times, CancellationToken cancellation)
    {
        do
        {
            if (AppliedRow.IsTime(reader) && await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                times.Add(TimeSpan.FromMilliseconds(reader.GetInt64(0)));
            }
        }
        while (await reader.NextResultAsync(cancellation).ConfigureAwait(false));
    }
}
