using System.Diagnostics;
using k8s.Autorest;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>Simulates customers: sends requests for <c>/orders</c> to the ready pods in turn, until disposed.</summary>
public sealed class Traffic : IAsyncDisposable
{
    /// <summary>The pause between requests. It gives steady traffic with little load.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _stop = new();
    private readonly E2ENamespace _target;
    private readonly Lock _lock = new();
    private readonly List<Answer> _answers = [];
    private readonly List<string> _failures = [];
    private readonly Task _requesting;

    private Traffic(E2ENamespace target)
    {
        _target = target;
        _requesting = LoopAsync();
    }

    /// <summary>The successful responses so far.</summary>
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

    /// <summary>The reasons of failed requests. Failures of a pod that is being deleted are not included.</summary>
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

    /// <summary>Starts to send requests to the application's pods in a namespace.</summary>
    public static Traffic Start(E2ENamespace target) => new(target);

    /// <summary>Stops after a last request.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _requesting;
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
                await RequestAsync(ready[turn % ready.Length]);
            }

            await Task.WhenAny(Task.Delay(s_pause, _stop.Token));
        }
    }

    private IEnumerable<V1Pod> ReadyPods() => _target.Record.Current<V1Pod>()
        .Where(p => p.AppImage() is not null && p.IsReady() && p.Metadata.DeletionTimestamp is null);

    private async Task RequestAsync(V1Pod pod)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await _target.GetFromPodAsync(pod.Name(), "orders", CancellationToken.None);
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
