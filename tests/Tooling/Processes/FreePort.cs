using System.Net;
using System.Net.Sockets;

namespace Migrator.Tooling.Processes;

/// <summary>Ports of 127.0.0.1 for servers of tests.</summary>
public static class FreePort
{
    // Below Linux's default range for outgoing connections (32768 and up): no connection of another process takes such
    // a port by chance, neither between looking and listening nor while a server is stopped for a test.
    private const int First = 20000;
    private const int Last = 32000;

    /// <summary>
    /// A port on which nobody listens right now. Whoever uses it must be ready to find it taken, and ask again.
    /// </summary>
    public static int Next()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var port = Random.Shared.Next(First, Last);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }

        throw new ToolingException($"No free port between {First} and {Last} on 127.0.0.1.");
    }
}
