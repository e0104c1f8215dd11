using System.Globalization;
using System.Net;

namespace Orders;

/// <summary>The address and port of the server.</summary>
/// <param name="Address">One address of this machine, or null for all of them.</param>
/// <param name="Port">TCP port; 0 lets the system choose.</param>
internal sealed record ServerSettings(IPAddress? Address, int Port)
{
    /// <summary>
    /// Reads <c>PORT</c> (default: 3000) and <c>POD_IP</c>. Without <c>POD_IP</c>, the server listens on all addresses
    /// of a container, which only the container's network can reach, but only on loopback outside a container.
    /// </summary>
    /// <exception cref="SettingsException">A value is invalid.</exception>
    public static ServerSettings FromEnvironment() => new(ReadAddress(), ReadPort());

    /// <summary>Formats the address for messages: <c>127.0.0.1:3000</c>, <c>*:3000</c>.</summary>
    public override string ToString() => Address is null ? $"*:{Port}" : new IPEndPoint(Address, Port).ToString();

    private static IPAddress? ReadAddress()
    {
        string? podIp = Environment.GetEnvironmentVariable("POD_IP");
        if (!string.IsNullOrEmpty(podIp))
        {
            return IPAddress.TryParse(podIp, out IPAddress? address)
                ? address
                : throw new SettingsException($"Invalid value '{podIp}' for POD_IP. Expected an IP address.");
        }

        // Microsoft's base images set the first variable, Kubernetes sets the second.
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
            : throw new SettingsException($"Invalid value '{port}' for PORT. Expected a port number.");
    }
}
