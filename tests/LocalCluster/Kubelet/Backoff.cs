namespace Migrator.LocalCluster.Kubelet;

/// <summary>Calculates delays that double each time, up to five minutes.</summary>
internal sealed class Backoff(TimeSpan first)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private TimeSpan _next = first;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 < s_longest ? pause * 2 : s_longest;
        return pause;
    }
}
