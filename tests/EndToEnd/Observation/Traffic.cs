using System.Diagnostics;
using k8s.Autorest;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>Customers: they ask the pods that are ready for <c>/orders</c>, one after the other, from start to end.</summary>
public sealed class Traffic : IAsyncDisposable
{
    /// <summary>Between two requests: steady, and little beside the work that is watched.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _stop = new();
    private readonly E2ENamespace _target;
    private readonly Lock _lock = new();
    private readonly List<Answer> _answers = [];
    private readonly List<string> _failures = [];
    private readonly Task _asking;

    private Traffic(E2ENamespace target)
    {
        _target = target;
        _asking = LoopAsync();
    }

    /// <summary>What was answered with success, so far.</summary>
    public IReadOnlyList<Answer> Answers
    {
        get
        {
            lock (_lock)
            {
                return [.. _answers];
            }
        }
    }

    /// <summary>Why other requests were not; those to a pod that was told to end just then do not count.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_lock)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>Begins to ask the application's pods of a namespace.</summary>
    public static Traffic To(E2ENamespace target) => new(target);

    /// <summary>Ends it, after a last request.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        await Task.Yield();
        for (var (turn, isLast) = (0, false); !isLast; turn++)
        {
            isLast = _stop.IsCancellationRequested;
            V1Pod[] ready = [.. ReadyPods()];
            if (ready.Length > 0)
            {
                await AskAsync(ready[turn % ready.Length]);
            }

            await Task.WhenAny(Task.Delay(s_pause, _stop.Token));
        }
    }

    private IEnumerable<V1Pod> ReadyPods() => _target.Record.Current<V1Pod>()
        .Where(p => p.AppImage() is not null && p.IsReady() && p.Metadata.DeletionTimestamp is null);

    private async Task AskAsync(V1Pod pod)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await _target.AskAsync(pod.Name(), "orders", CancellationToken.None);
            lock (_lock)
            {
                _answers.Add(new Answer(DateTimeOffset.UtcNow, pod.AppImage()!, pod.Name(), watch.Elapsed));
            }
        }
        catch (Exception problem) when (problem is HttpOperationException or HttpRequestException)
        {
            if ((await _target.PodsAsync(CancellationToken.None)).Any(p => p.Uid() == pod.Uid()))
            {
                var why = (problem as HttpOperationException)?.Response.Content ?? problem.Message;
                lock (_lock)
                {
                    _failures.Add($"{pod.Name()}: {why}");
                }
            }
        }
    }
}
