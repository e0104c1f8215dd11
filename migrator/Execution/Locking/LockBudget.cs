namespace Migrator.Execution.Locking;

/// <summary>
/// What is left of <c>--lock-wait</c>, and how long to pause before the next try for a table lock. Only waiting is counted,
/// not the work between two waits.
/// </summary>
/// <param name="limit">In all; null for no limit.</param>
internal sealed class LockBudget(TimeSpan? limit)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private TimeSpan _pause = FirstPause;

    /// <summary>What is left; null for no limit.</summary>
    public TimeSpan? Left { get; private set; } = limit;

    /// <summary>Counts a wait.</summary>
    public void Spend(TimeSpan waited) => Left = Left - waited < TimeSpan.Zero ? TimeSpan.Zero : Left - waited;

    /// <summary>Whether another try fits, and how long to pause before it; the pause is counted.</summary>
    public bool TryNext(out TimeSpan next)
    {
        // Jitter, so that two runs that collided do not collide again.
#pragma warning disable CA5394 // Not for security.
        next = _pause * (0.5 + Random.Shared.NextDouble());
#pragma warning restore CA5394
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        if (Left == TimeSpan.Zero)
        {
            return false;
        }

        next = next < Left ? next : Left ?? next;
        Spend(next);
        return true;
    }

    /// <summary>A script got its locks: the next one begins with short pauses again.</summary>
    public void Succeeded() => _pause = FirstPause;
}
