using System.Diagnostics;
using System.Net.Sockets;
using Migrator.Benchmarks.Measuring;

namespace Migrator.Benchmarks.Network;

/// <summary>
/// One direction of a connection: a thread that receives and notes when each piece is due, and one that sleeps until
/// then and sends it. So what is sent while other pieces are under way is not held up by them.
/// </summary>
internal sealed class Road(Socket from, Socket to, TimeSpan delay, long notBefore)
{
    private const int PieceSize = 64 * 1024;

    private readonly long _delay = Nanoseconds(delay);
    private readonly Queue<(long Due, byte[] Data)> _underWay = [];

    /// <summary>Called when something was received, before it is sent on.</summary>
    public Action? Received { get; init; }

    /// <summary>Called when something is about to be sent on.</summary>
    public Action? Delivered { get; init; }

    /// <summary>In the unit of <see cref="Stopwatch.GetTimestamp"/>, which on Linux is the nanosecond.</summary>
    public static long Nanoseconds(TimeSpan time) => (long)time.TotalNanoseconds;

    /// <summary>Starts carrying; calls back when the sender has ended and all of it was delivered.</summary>
    public void Start(Action ended)
    {
        new Thread(Receive) { IsBackground = true, Name = "far: receive" }.Start();
        new Thread(() => Deliver(ended)) { IsBackground = true, Name = "far: deliver" }.Start();
    }

    private void Receive()
    {
        var buffer = new byte[PieceSize];
        int length;
        do
        {
            try
            {
                length = from.Receive(buffer);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                length = 0;
            }

            var due = Math.Max(Stopwatch.GetTimestamp(), notBefore) + _delay;
            if (length > 0)
            {
                Received?.Invoke();
            }

            lock (_underWay)
            {
                // An empty piece is the end.
                _underWay.Enqueue((due, buffer[..length]));
                Monitor.Pulse(_underWay);
            }
        }
        while (length > 0);
    }

    private void Deliver(Action ended)
    {
        Libc.SleepPrecisely();
        try
        {
            while (true)
            {
                var (due, data) = Next();
                Libc.SleepUntil(due);
                if (data.Length == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                Delivered?.Invoke();
                to.Send(data);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The receiver is gone; what was sent to it, too.
        }
        finally
        {
            ended();
        }
    }

    private (long Due, byte[] Data) Next()
    {
        lock (_underWay)
        {
            while (_underWay.Count == 0)
            {
                Monitor.Wait(_underWay);
            }

            return _underWay.Dequeue();
        }
    }
}
