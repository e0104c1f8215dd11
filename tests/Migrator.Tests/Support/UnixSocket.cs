using System.Net.Sockets;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Support;

/// <summary>A Unix socket that forwards to the server of a database, with port 5432.</summary>
public sealed class UnixSocket : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public UnixSocket(TestDatabase database)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(System.IO.Path.Combine(_folder.Path, ".s.PGSQL.5432")));
        _listener.Listen();
        _accepting = AcceptAsync(database);
    }

    /// <summary>The folder with the socket, for PGHOST.</summary>
    public string Path => _folder.Path;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync(TestDatabase database)
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptAsync(_end.Token), database));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket accepted, TestDatabase database)
    {
        using var client = accepted;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(database.Host, database.Port, _end.Token);
            await using var near = new NetworkStream(client);
            await using var far = server.GetStream();
            await Task.WhenAny(near.CopyToAsync(far, _end.Token), far.CopyToAsync(near, _end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // One side closed its connection, so the other connection is closed as well.
        }
    }
}
