using System.Diagnostics;
using k8s.Autorest;

namespace Migrator.EndToEnd.Observation;

/// <summary>Simulates customers: sends requests for <c>/orders</c> to the Service <c>orders</c>, until disposed.</summary>
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

    /// <summary>The reasons of all requests that failed after the first successful one.</summary>
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

    /// <summary>Starts to send requests to the Service of a namespace.</summary>
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
        for (var isLast = false; !isLast;)
        {
            isLast = _stop.IsCancellationRequested;
            await RequestAsync();
            await Task.WhenAny(Task.Delay(s_pause, _stop.Token));
        }
    }

    private async Task RequestAsync()
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var servedBy = await _target.GetFromServiceAsync("orders:http", "orders", CancellationToken.None);
            lock (_lock)
            {
                _answers.Add(new Answer(DateTimeOffset.UtcNow, servedBy[0], servedBy[1], watch.Elapsed));
            }
        }
        catch (Exception problem) when (problem is HttpOperationException or HttpRequestException)
        {
            lock (_lock)
            {
                // Before the first answer, the service is not installed yet.
                if (_answers.Count > 0)
                {
                    _failures.Add((problem as HttpOperationException)?.Response.Content ?? problem.Message);
                }
            }
        }
    }
}
