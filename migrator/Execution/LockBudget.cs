namespace Migrator.Execution;

/// <summary>What is left of <c>--lock-wait</c>, and how long to pause before the next try for a table lock.</summary>
/// <param name="limit">In all; null for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class LockBudget(TimeSpan? limit, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly long start = time.GetTimestamp();
    private TimeSpan pause = FirstPause;

    /// <summary>What is left; null for no limit.</summary>
    public TimeSpan? Left
    {
        get
        {
            TimeSpan? left = limit - time.GetElapsedTime(start);
            return left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    /// <summary>Whether another try fits, and how long to pause before it.</summary>
    public bool TryNext(out TimeSpan next)
    {
        // Jitter, so that two runs that collided do not collide again.
#pragma warning disable CA5394 // Not for security.
        next = pause * (0.5 + Random.Shared.NextDouble());
#pragma warning restore CA5394
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        if (Left is not { } left)
        {
            return true;
        }

        next = next < left ? next : left;
        return left > TimeSpan.Zero;
    }
}
