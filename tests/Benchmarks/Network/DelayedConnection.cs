using System.Diagnostics;
using System.Net.Sockets;

namespace Migrator.Benchmarks.Network;

/// <summary>A connection through the proxy, with one delayed stream in each direction. Counts round trips.</summary>
internal sealed class DelayedConnection
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Action _roundTrip;
    private readonly DelayedStream _toServer;
    private readonly DelayedStream _toClient;
    private int _requestSent;
    private int _openStreams = 2;

    public DelayedConnection(Socket client, Socket server, TimeSpan oneWay, Action roundTrip)
    {
        client.NoDelay = server.NoDelay = true;
        _client = client;
        _server = server;
        _roundTrip = roundTrip;
        // The proxy accepts a connection immediately. A real TCP handshake takes one round trip before the client can
        // send.
        var handshake = Stopwatch.GetTimestamp() + DelayedStream.Nanoseconds(2 * oneWay);
        _toServer = new DelayedStream(client, server, oneWay, handshake) { Received = () => Volatile.Write(ref _requestSent, 1) };
        _toClient = new DelayedStream(server, client, oneWay, 0) { Delivered = OnResponse };
    }

    /// <summary>Forwards data until both sides have ended or <see cref="Close"/> is called.</summary>
    public void Start(Action<DelayedConnection> ended)
    {
        _toServer.Start(() => End(ended));
        _toClient.Start(() => End(ended));
    }

    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void OnResponse()
    {
        if (Interlocked.Exchange(ref _requestSent, 0) == 1)
        {
            _roundTrip();
        }
    }

    private void End(Action<DelayedConnection> ended)
    {
        if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            Close();
            ended(this);
        }
    }
}
