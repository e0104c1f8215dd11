using System.Globalization;
using System.Net;

namespace Orders;

/// <summary>Where the server listens.</summary>
/// <param name="Address">One address of this machine, or null for all of them.</param>
/// <param name="Port">TCP port; 0 lets the system choose.</param>
internal sealed record ServerSettings(IPAddress? Address, int Port)
{
    /// <summary>
    /// Reads <c>PORT</c> (3000) and <c>POD_IP</c>. Without an address a container serves on all of its own, which only
    /// its network can reach; a developer's machine on loopback, where nobody else can.
    /// </summary>
    /// <exception cref="SettingsException">One of them cannot be read.</exception>
    public static ServerSettings FromEnvironment() => new(ReadAddress(), ReadPort());

    /// <summary>For messages: <c>127.0.0.1:3000</c>, <c>*:3000</c>.</summary>
    public override string ToString() => Address is null ? $"*:{Port}" : new IPEndPoint(Address, Port).ToString();

    private static IPAddress? ReadAddress()
    {
        string? podIp = Environment.GetEnvironmentVariable("POD_IP");
        if (!string.IsNullOrEmpty(podIp))
        {
            return IPAddress.TryParse(podIp, out IPAddress? address)
                ? address
                : throw new SettingsException($"POD_IP is '{podIp}', which is no IP address.");
        }

        // Set by Microsoft's base images and by Kubernetes, in this order.
        bool inContainer = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true"
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"));
        return inContainer ? null : IPAddress.Loopback;
    }

    private static int ReadPort()
    {
        string? port = Environment.GetEnvironmentVariable("PORT");
        if (string.IsNullOrEmpty(port))
        {
            return 3000;
        }

        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= IPEndPoint.MaxPort
            ? number
            : throw new SettingsException($"PORT is '{port}', which is no port number.");
    }
}
