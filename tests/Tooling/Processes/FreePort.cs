using System.Net;
using System.Net.Sockets;

namespace Migrator.Tooling.Processes;

/// <summary>Finds free ports on 127.0.0.1 for the tests' servers.</summary>
public static class FreePort
{
    // Below Linux's default range for outgoing connections (32768 and up), so no outgoing connection can use the port
    // between the check and the server's start, or while a test has stopped its server.
    private const int First = 20000;
    private const int Last = 32000;

    /// <summary>
    /// Returns a port on which no process listens now. Another process may use it first, so the caller must be prepared
    /// to retry with another port.
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
                // In use. Try another port.
            }
        }

        throw new ToolingException($"Found no free port between {First} and {Last} on 127.0.0.1.");
    }
}
