using System.Diagnostics;
using Migrator.Demo.Narration;

namespace Migrator.Demo.Shop;

/// <summary>What customers saw of a server while something else went on.</summary>
/// <param name="Answered">How many requests for <c>/orders</c> were answered as they should be.</param>
/// <param name="Slowest">The longest that one took.</param>
/// <param name="Failures">Why others were not.</param>
internal sealed record Traffic(int Answered, TimeSpan Slowest, IReadOnlyList<string> Failures)
{
    /// <summary>Between two requests: steady, and little beside the work that is watched.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Asks a server for <c>/orders</c> all the while that something runs: from before it begins until after its end.
    /// </summary>
    public static async Task<(T Result, Traffic Traffic)> DuringAsync<T>(
        OrdersServer server, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        var seen = await AskAsync(server, new Traffic(0, TimeSpan.Zero, []), cancellationToken);
        var running = action();
        while (!running.IsCompleted)
        {
            seen = await AskAsync(server, seen, cancellationToken);
            await Task.WhenAny(running, Task.Delay(s_pause, cancellationToken));
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        var result = await running;
        return (result, await AskAsync(server, seen, cancellationToken));
    }

    private static async Task<Traffic> AskAsync(OrdersServer server, Traffic seen, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await server.OrdersAsync(cancellationToken);
            var slowest = watch.Elapsed > seen.Slowest ? watch.Elapsed : seen.Slowest;
            return seen with { Answered = seen.Answered + 1, Slowest = slowest };
        }
        catch (ExpectationException problem)
        {
            return seen with { Failures = [.. seen.Failures, problem.Found] };
        }
    }
}
