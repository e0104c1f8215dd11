namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Assigns addresses to pods. On Linux, all addresses in 127.0.0.0/8 belong to this machine. So each pod has its own
/// address, and several pods can listen on the same port. Concurrent clusters start at different random addresses.
/// </summary>
internal sealed class LoopbackAddresses
{
    private readonly int _network = Random.Shared.Next(16, 255);
    private readonly int _subnet = Random.Shared.Next(0, 256);
    private int _last;

    public string Next()
    {
        var number = Interlocked.Increment(ref _last);
        return $"127.{_network}.{(_subnet + (number / 250)) % 256}.{(number % 250) + 1}";
    }
}
