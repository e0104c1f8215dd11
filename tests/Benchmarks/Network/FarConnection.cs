using System.Diagnostics;
using System.Net.Sockets;

namespace Migrator.Benchmarks.Network;

/// <summary>One connection through the proxy: a road in each direction, and the count of questions and answers.</summary>
internal sealed class FarConnection
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Action _roundTrip;
    private readonly Road _there;
    private readonly Road _back;
    private int _isAsked;
    private int _openRoads = 2;

    public FarConnection(Socket client, Socket server, TimeSpan oneWay, Action roundTrip)
    {
        client.NoDelay = server.NoDelay = true;
        _client = client;
        _server = server;
        _roundTrip = roundTrip;
        // The client was connected at once, where the real handshake takes a round trip before it may send.
        var handshake = Stopwatch.GetTimestamp() + Road.Nanoseconds(2 * oneWay);
        _there = new Road(client, server, oneWay, handshake) { Received = () => Volatile.Write(ref _isAsked, 1) };
        _back = new Road(server, client, oneWay, 0) { Delivered = OnAnswer };
    }

    /// <summary>Starts carrying, until both sides have ended or <see cref="Close"/>.</summary>
    public void Start(Action<FarConnection> ended)
    {
        _there.Start(() => End(ended));
        _back.Start(() => End(ended));
    }

    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void OnAnswer()
    {
        if (Interlocked.Exchange(ref _isAsked, 0) == 1)
        {
            _roundTrip();
        }
    }

    private void End(Action<FarConnection> ended)
    {
        if (Interlocked.Decrement(ref _openRoads) == 0)
        {
            Close();
            ended(this);
        }
    }
}
