namespace Migrator.LocalCluster.Controllers;

/// <summary>When the failed pods of a Job were detected. The status contains only whole seconds.</summary>
internal sealed class JobFailures
{
    // MaxJobBackOff in pkg/controller/job.
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, DateTimeOffset> _ofIndexes = [];
    private DateTimeOffset? _last;

    /// <summary>Records a failure, for a Job with a limit for each index with the index.</summary>
    public void Add(DateTimeOffset now, int? index)
    {
        _last = now;
        if (index is { } number)
        {
            _ofIndexes[number] = now;
        }
    }

    /// <summary>Returns the time until a failed pod can be replaced.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="first">The backoff delay after the first failure.</param>
    /// <param name="failures">The number of failures.</param>
    /// <param name="index">The index of a Job with a limit for each index; otherwise null.</param>
    public TimeSpan BackoffLeft(DateTimeOffset now, TimeSpan first, int failures, int? index)
    {
        var last = index is not { } number ? _last : _ofIndexes.TryGetValue(number, out var time) ? time : null;
        if (failures == 0 || last is not { } start)
        {
            return TimeSpan.Zero;
        }

        var pause = first * Math.Pow(2, Math.Min(failures - 1, 20));
        return start + (pause < s_longestBackoff ? pause : s_longestBackoff) - now;
    }
}
