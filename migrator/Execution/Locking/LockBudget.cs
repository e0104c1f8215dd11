namespace Migrator.Execution.Locking;

/// <summary>
/// The remaining time of <c>--lock-wait</c>, and the pause before the next attempt to acquire a table lock. Only the time in which
/// the run waits is counted, and not the time in which scripts run.
/// </summary>
/// <param name="limit">The value of <c>--lock-wait</c>; null for no limit.</param>
internal sealed class LockBudget(TimeSpan? limit)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private TimeSpan _pause = FirstPause;

    /// <summary>The remaining time; null for no limit.</summary>
    public TimeSpan? Left { get; private set; } = limit;

    /// <summary>Subtracts the time of a wait.</summary>
    public void Subtract(TimeSpan waited) => Left = Left - waited < TimeSpan.Zero ? TimeSpan.Zero : Left - waited;

    /// <summary>
    /// Gets the pause before the next attempt, and subtracts it from the remaining time. Each pause is twice as long as the one
    /// before, up to 10 s, with a random jitter of ±50 %.
    /// </summary>
    /// <param name="pause">The pause, at most the remaining time.</param>
    /// <returns>Whether there is time for another attempt.</returns>
    public bool TryGetPause(out TimeSpan pause)
    {
        // Jitter prevents two runs that blocked each other from blocking each other again.
#pragma warning disable CA5394 // Not for security.
        pause = _pause * (0.5 + Random.Shared.NextDouble());
#pragma warning restore CA5394
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        if (Left == TimeSpan.Zero)
        {
            return false;
        }

        pause = pause < Left ? pause : Left ?? pause;
        Subtract(pause);
        return true;
    }

    /// <summary>Starts again with the shortest pause, after a script has acquired its locks.</summary>
    public void ResetPause() => _pause = FirstPause;
}
