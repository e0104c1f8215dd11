using System.Diagnostics;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;

namespace Migrator.Execution;

/// <summary>Applies what the plan found pending, in order.</summary>
internal sealed class Applier(ApplyContext context, IReadOnlyList<CheckedScript> scripts, ILookup<string, StepProgress> progress)
{
    private readonly ObservedNotes _notes = new(context);
    private long _started;
    private CheckedScript? _running;

    /// <summary>Applies the scripts.</summary>
    /// <exception cref="MigrateException">One failed; those before it stay applied.</exception>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        // While the server is busy.
        Task<AccessedTables> reading = Task.Run(() => new AccessedTables(scripts), CancellationToken.None);
        await context.CreateTablesAsync(cancellation).ConfigureAwait(false);
        AccessedTables touched = await reading.ConfigureAwait(false);
        LockObserver? observer = await LockObserver.StartAsync(context, touched, cancellation).ConfigureAwait(false);
        await using var tools = new ScriptTools(context, observer);
        var queue = new ScriptQueue(context, tools, touched, Starting, AppliedAsync);
        var evolve = new EvolveMigrations(context, queue, cancellation);
        try
        {
            for (int next = 0; next < scripts.Count;)
            {
                if (scripts[next].Script.IsTransactionOff)
                {
                    await queue.ReleaseAsync(cancellation).ConfigureAwait(false);
                    await ApplyStepsAsync(tools, scripts[next++], cancellation).ConfigureAwait(false);
                }
                else
                {
                    CheckedScript[] together = [.. scripts.Skip(next).TakeWhile(s => !s.Script.IsTransactionOff)];
                    await evolve.MigrateAsync(together).ConfigureAwait(false);
                    next += together.Length;
                }
            }
        }
        catch (StatementException e)
        {
            MigrateException failure = e.ToFailure();
            await tools.AbandonAsync(e.Script.Script, Stopwatch.GetElapsedTime(_started), failure).ConfigureAwait(false);
            throw failure;
        }
        catch (Exception e) when (_running is not null && (e is MigrateException || cancellation.IsCancellationRequested))
        {
            // No statement failed, but the run stops in this script: the story is told all the same.
            await tools.AbandonAsync(_running.Script, Stopwatch.GetElapsedTime(_started), e as MigrateException ?? ApplyContext.Ended).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await _notes.WriteAsync().ConfigureAwait(false);
        }
    }

    private Task AppliedAsync(AppliedScript applied)
    {
        _running = null;
        context.Report.Applied(applied);
        return _notes.AddAsync(applied);
    }

    private async Task ApplyStepsAsync(ScriptTools tools, CheckedScript script, CancellationToken cancellation)
    {
        Starting(script, Stopwatch.GetTimestamp());
        (TimeSpan elapsed, IReadOnlyList<ObservedLock> observed) = await tools.Steps.RunAsync(
            script,
            [.. progress[ProgressTable.KeyOf(script.Script)]],
            (time, seen) => [context.History.InsertStatement(script.Script, time), context.AuditStatement(script.Script, time, seen)],
            cancellation).ConfigureAwait(false);
        context.Report.Applied(new(script.Script, elapsed) { Observed = observed });
    }

    private void Starting(CheckedScript script, long started)
    {
        (_running, _started) = (script, started);
        context.Report.Starting(script.Script);
    }
}
