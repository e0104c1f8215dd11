using System.Diagnostics;
using System.Net.Sockets;
using Migrator.Benchmarks.Measuring;

namespace Migrator.Benchmarks.Network;

/// <summary>
/// One direction of a connection. One thread receives data and calculates when each piece is due. Another thread sleeps
/// until then and sends the piece. So pieces in transit do not delay each other.
/// </summary>
internal sealed class DelayedStream(Socket from, Socket to, TimeSpan delay, long notBefore)
{
    private const int PieceSize = 64 * 1024;

    private readonly long _delay = Nanoseconds(delay);
    private readonly Queue<(long Due, byte[] Data)> _pending = [];

    /// <summary>Called when data was received, before it is forwarded.</summary>
    public Action? Received { get; init; }

    /// <summary>Called before data is forwarded.</summary>
    public Action? Delivered { get; init; }

    /// <summary>
    /// Converts a time to the unit of <see cref="Stopwatch.GetTimestamp"/>, which is the nanosecond on Linux.
    /// </summary>
    public static long Nanoseconds(TimeSpan time) => (long)time.TotalNanoseconds;

    /// <summary>Starts to forward data. Calls back when the sender has ended and all data was delivered.</summary>
    public void Start(Action ended)
    {
        new Thread(Receive) { IsBackground = true, Name = "proxy: receive" }.Start();
        new Thread(() => Deliver(ended)) { IsBackground = true, Name = "proxy: deliver" }.Start();
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

            lock (_pending)
            {
                // An empty piece marks the end.
                _pending.Enqueue((due, buffer[..length]));
                Monitor.Pulse(_pending);
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
            // The receiver has closed the connection, so the remaining data is discarded.
        }
        finally
        {
            ended();
        }
    }

    private (long Due, byte[] Data) Next()
    {
        lock (_pending)
        {
            while (_pending.Count == 0)
            {
                Monitor.Wait(_pending);
            }

            return _pending.Dequeue();
        }
    }
}
