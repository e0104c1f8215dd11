using System.Net;
using System.Net.Sockets;

namespace Migrator.Benchmarks.Network;

/// <summary>
/// A server that is further away than it is: a TCP proxy on 127.0.0.1 that delivers each byte later by a time, in each
/// direction, however many are under way (a longer road, not a narrower one). It also counts round trips.
/// </summary>
internal sealed class FarProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<FarConnection> _connections = [];
    private readonly IPEndPoint _server;
    private readonly TimeSpan _roundTrip;
    private bool _isDisposed;
    private int _roundTrips;

    /// <param name="serverPort">The server's port on 127.0.0.1.</param>
    /// <param name="roundTrip">What is added to each round trip.</param>
    public FarProxy(int serverPort, TimeSpan roundTrip)
    {
        _server = new IPEndPoint(IPAddress.Loopback, serverPort);
        _roundTrip = roundTrip;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true, Name = "far: accept" }.Start();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>How often the server's answer arrived for what a client had sent since the answer before.</summary>
    /// <remarks>TCP's own handshake, which takes one too, is not among them.</remarks>
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
                Add(new FarConnection(client, server, _roundTrip / 2, () => Interlocked.Increment(ref _roundTrips)));
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

    private void Add(FarConnection connection)
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

    private void Remove(FarConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }
}
