using System.Diagnostics;
using k8s.Autorest;

namespace Migrator.EndToEnd.Observation;

/// <summary>Asks pods for <c>/orders</c> again and again, from its start to its end.</summary>
public sealed class Traffic : IAsyncDisposable
{
    /// <summary>Between two requests: steady, and little beside the work that is watched.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _failures = [];
    private readonly Task _asking;

    private Traffic(Func<CancellationToken, Task> askAsync) => _asking = LoopAsync(askAsync);

    /// <summary>How many requests were answered with success. To be read after the end.</summary>
    public int Answered { get; private set; }

    /// <summary>The longest that one took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Why others were not.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Begins to ask these pods, one after the other.</summary>
    public static Traffic To(E2ENamespace inNamespace, IReadOnlyList<string> pods)
    {
        var next = 0;
        return new Traffic(cancel => inNamespace.AskAsync(pods[next++ % pods.Count], "orders", cancel));
    }

    /// <summary>Ends it, after a last request.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task LoopAsync(Func<CancellationToken, Task> askAsync)
    {
        await Task.Yield();
        var isLast = false;
        while (!isLast)
        {
            isLast = _stop.IsCancellationRequested;
            var watch = Stopwatch.StartNew();
            try
            {
                await askAsync(CancellationToken.None);
                Answered++;
                Slowest = watch.Elapsed > Slowest ? watch.Elapsed : Slowest;
            }
            catch (Exception problem) when (problem is HttpOperationException or HttpRequestException)
            {
                _failures.Add((problem as HttpOperationException)?.Response.Content ?? problem.Message);
            }

            await Task.WhenAny(Task.Delay(s_pause, _stop.Token));
        }
    }
}
