using System.Net;
using System.Net.Sockets;

namespace Migrator.Benchmarks.Network;

/// <summary>
/// A TCP proxy on 127.0.0.1 that simulates a remote server. It adds latency to each byte in both directions, but does
/// not limit the bandwidth. It also counts round trips.
/// </summary>
internal sealed class LatencyProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<DelayedConnection> _connections = [];
    private readonly IPEndPoint _server;
    private readonly TimeSpan _roundTrip;
    private bool _isDisposed;
    private int _roundTrips;

    /// <param name="serverPort">The server's port on 127.0.0.1.</param>
    /// <param name="roundTrip">The latency to add to each round trip.</param>
    public LatencyProxy(int serverPort, TimeSpan roundTrip)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _roundTrip = roundTrip;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "proxy: accept" }.Start();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>
    /// The number of round trips: how often a response of the server arrived after new data from a client.
    /// </summary>
    /// <remarks>The TCP handshake, which also takes one round trip, is not counted.</remarks>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public void Dispose()
    {
        lock (_connections)
        {
            _isDisposed = true;
            foreach (var connection in _connections)
            {
                connection.Close();
            }
        }

        _listener.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                var client = _listener.Accept();
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                server.Connect(_server);
                Add(new DelayedConnection(client, server, _roundTrip / 2, () => Interlocked.Increment(ref _roundTrips)));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (Volatile.Read(ref _isDisposed))
                {
                    return;
                }
            }
        }
    }

    private void Add(DelayedConnection connection)
    {
        lock (_connections)
        {
            _connections.Add(connection);
            if (_isDisposed)
            {
                connection.Close();
            }
        }

        connection.Start(Remove);
    }

    private void Remove(DelayedConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }
}
