using System.Diagnostics;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Small scripts that write and read only what is new in this run, several to a round trip: so a schema is built from nothing. Each keeps a transaction of
/// its own, and behind the first statement that fails the server does nothing of what is already on its way.
/// <para>
/// The extended protocol promises it: "when an error is detected while processing any extended-query message, the backend issues ErrorResponse, then reads and
/// discards messages until a Sync is reached" (https://www.postgresql.org/docs/current/protocol-flow.html), and Npgsql sends one Sync, at the end of a batch.
/// </para>
/// </summary>
internal sealed class ScriptPipeline(
    DatabaseSession session, LockRetry retry, TransactionalScript transaction, PreparedBookkeeping own, AccessedTables touched, IExecutionProgress report)
{
    // Few enough for a person to hear soon of what is done, and for the server to be the one that is waited for.
    private const int MostScripts = 32;
    private const int MostStatements = 200;
    private const int MostCharacters = 1 << 16;

    /// <summary>Told, as a script begins, of it and of when that was (a timestamp of <see cref="Stopwatch"/>); after a failure, of the script that failed.</summary>
    public required Action<CheckedScript, long> Starting { get; init; }

    /// <summary>Told of each script behind its commit.</summary>
    public required Func<AppliedScript, Task> Applied { get; init; }

    /// <summary>Whether a script may travel with others: by its words it is over soon, waits for nobody, and leaves what we prepared.</summary>
    public bool Takes(CheckedScript script)
        => script.Text.Length <= MostCharacters / 4
            && script.Statements.Count <= MostStatements / 8
            && script.Statements.All(touched.IsQuick)
            && !PreparedBookkeeping.MayTouch(script.Text);

    /// <summary>Whether it is time to send some.</summary>
    public static bool IsFull(IReadOnlyCollection<CheckedScript> scripts)
        => scripts.Count >= MostScripts
            || scripts.Sum(s => s.Statements.Count) >= MostStatements
            || scripts.Sum(s => s.Text.Length) >= MostCharacters;

    /// <summary>Runs scripts in order.</summary>
    /// <exception cref="StatementException">One failed; those before it stay applied, and its transaction may still be open.</exception>
    public async Task RunAsync(IReadOnlyList<CheckedScript> scripts, CancellationToken cancellation)
    {
        int done = 0;
        await retry.RunAsync(What, TryAsync, transaction.RollbackAsync, cancellation).ConfigureAwait(false);

        string What() => done == scripts.Count - 1
            ? scripts[done].Script.FileName
            : $"one of {scripts[done].Script.FileName} to {scripts[^1].Script.FileName}";

        async Task TryAsync()
        {
            await own.PrepareAsync(scripts.Count - done, cancellation).ConfigureAwait(false);
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (StatementException e) when (own.AreLost(e))
            {
                // What no rollback takes back, such as nextval, happens once more.
                await transaction.RollbackAsync().ConfigureAwait(false);
                own.Forget();
                await RunOnceAsync().ConfigureAwait(false);
            }
        }

        async Task RunOnceAsync()
        {
            CheckedScript[] left = [.. scripts.Skip(done)];
            long start = Stopwatch.GetTimestamp();
            Starting(left[0], start);
            var commands = new List<SentCommand>();
            var commits = new List<int>();
            foreach (CheckedScript script in left)
            {
                commands.Add(new SentCommand(script, TransactionalScript.Begin, IsFirst: true));
                commands.AddRange(script.Statements.Select(s => new SentCommand(script, s.Text, s)));
                commands.AddRange(own.Behind(script));
                commits.Add(commands.Count - 1);
            }

            var times = new List<TimeSpan>();
            var batch = new ScriptBatch(session, report, commands);
            await using (batch.ConfigureAwait(false))
            {
                try
                {
                    await using var cancel = new RepeatedCancel(session, cancellation);
                    await batch.RunAsync(reader => ReadTimesAsync(reader, times, cancellation), cancellation).ConfigureAwait(false);
                }
                finally
                {
                    int committed = commits.TakeWhile(c => batch[c].StatementType != StatementType.Unknown).Count();
                    done += committed;
                    for (int i = 0; i < committed; i++)
                    {
                        // An answer that was cut off half-way may lack one.
                        TimeSpan time = i < times.Count ? times[i] : TimeSpan.Zero;
                        await Applied(new AppliedScript(left[i].Script, time)).ConfigureAwait(false);
                        start += (long)(time.TotalSeconds * Stopwatch.Frequency);
                    }

                    if (committed < left.Length)
                    {
                        Starting(left[committed], start);
                    }
                }
            }
        }
    }

    // The rows answer how long their script took; what scripts answer is nobody's concern.
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
