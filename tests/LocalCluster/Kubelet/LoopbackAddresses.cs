namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Addresses for pods. All of 127.0.0.0/8 is this machine's on Linux, so that each pod can have one of its own and two
/// pods can listen on the same port. Clusters at the same time begin at different places.
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
