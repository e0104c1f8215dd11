using System.Diagnostics;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;

namespace Migrator.Execution;

/// <summary>Takes scripts in their order and runs them: small ones that are over soon together, each of the others alone.</summary>
internal sealed class ScriptQueue
{
    private readonly List<CheckedScript> _waiting = [];
    private Task _running = Task.CompletedTask;
    private readonly TransactionalScript _transaction;
    private readonly AppliedRow _row;
    private readonly PreparedBookkeeping _own;
    private readonly ScriptPipeline _pipeline;
    private readonly Action<CheckedScript, long> _starting;
    private readonly Func<AppliedScript, Task> _applied;

    /// <param name="context">What scripts are applied with.</param>
    /// <param name="tools">What runs them.</param>
    /// <param name="touched">What they touch.</param>
    /// <param name="starting">Told of a script that begins, and when (a timestamp of <see cref="Stopwatch"/>).</param>
    /// <param name="applied">Told of each script behind its commit.</param>
    public ScriptQueue(ApplyContext context, ScriptTools tools, AccessedTables touched, Action<CheckedScript, long> starting, Func<AppliedScript, Task> applied)
    {
        (_transaction, _starting, _applied) = (tools.Transaction, starting, applied);
        _row = new AppliedRow(context.History, context.Audit);
        _own = new PreparedBookkeeping(context.Session, context.Settings, _transaction, _row);
        _pipeline = new ScriptPipeline(context.Session, tools.Retry, _transaction, _own, touched, context.Report) { Starting = starting, Applied = applied };
    }

    /// <summary>Takes one more. It runs now, or with those that come behind it; while some run, the next may be brought.</summary>
    /// <exception cref="StatementException">A script failed, this one or one before it; those before that one stay applied.</exception>
    public async Task AddAsync(CheckedScript script, CancellationToken cancellation)
    {
        if (_pipeline.Takes(script))
        {
            _waiting.Add(script);
            if (ScriptPipeline.IsFull(_waiting))
            {
                await SendAsync(cancellation).ConfigureAwait(false);
            }

            return;
        }

        await EndAsync(cancellation).ConfigureAwait(false);
        await ReleaseAsync(cancellation).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        _starting(script, start);
        IReadOnlyList<ObservedLock> observed = await _transaction.RunAsync(script, [_row.StatementFor(script.Script)], cancellation).ConfigureAwait(false);
        await _applied(new AppliedScript(script.Script, Stopwatch.GetElapsedTime(start)) { Observed = observed }).ConfigureAwait(false);
    }

    /// <summary>Something else is about to run in the session.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) => _own.ReleaseAsync(cancellation);

    /// <summary>Runs those that wait, and returns when all have run.</summary>
    /// <exception cref="StatementException">One failed; those before it stay applied.</exception>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await SendAsync(cancellation).ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Something failed: begins no more, and returns when nothing runs.</summary>
    /// <returns>Why what ran failed; null when it did not.</returns>
    public async Task<Exception?> AbandonAsync()
    {
        _waiting.Clear();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _running.Exception?.InnerException;
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        await _running.ConfigureAwait(false);
        if (_waiting.Count > 0)
        {
            CheckedScript[] scripts = [.. _waiting];
            _waiting.Clear();
            _running = _pipeline.RunAsync(scripts, cancellation);
        }
    }
}
