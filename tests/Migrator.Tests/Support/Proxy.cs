using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A TCP proxy to the server that can reset, freeze and delay connections at a chosen message.</summary>
public sealed class Proxy : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Link, Task> _links = [];
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private volatile TaskCompletionSource _thawed = NotFrozen();
    private Func<string, int, bool> _isChosen = (_, _) => false;
    private Moment _moment;
    private Func<Task> _act = () => Task.CompletedTask;
    private int _requests;
    private int _hasHit;

    public Proxy(TestDatabase database)
    {
        _database = database;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The URL of the database through the proxy.</summary>
    public string Url => _database.Url.Replace($":{_database.Port}/", $":{Port}/", StringComparison.Ordinal);

    /// <summary>How many messages (writes to the socket) clients have sent so far.</summary>
    public int Requests => _requests;

    /// <summary>The delay of each message in both directions. Default 0.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Completes when a client has sent the chosen message and the action has run. The server may not have received the message.</summary>
    public Task Seen => _seen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Runs an action once, at the first message that contains a text.</summary>
    public Proxy At(string text, Moment moment, Func<Task> act) => At(message => message.Contains(text, StringComparison.Ordinal), moment, act);

    /// <summary>Runs an action once, at the first message that meets a condition.</summary>
    public Proxy At(Func<string, bool> isChosen, Moment moment, Func<Task> act) => At((message, _) => isChosen(message), moment, act);

    /// <summary>Runs an action once, at the clients' n-th message; the first is 1.</summary>
    public Proxy At(int request, Moment moment, Func<Task> act) => At((_, number) => number == request, moment, act);

    /// <summary>Resets every connection once, at the first message that contains a text.</summary>
    public Proxy CutAt(string text, Moment moment) => At(text, moment, CutAsync);

    /// <summary>Resets every open connection. New connections work.</summary>
    public Task CutAsync()
    {
        foreach (var link in _links.Keys)
        {
            link.Reset();
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops forwarding in both directions without closing connections, like a lost node or a firewall that drops packets.</summary>
    public Task FreezeAsync()
    {
        _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await CutAsync();
        _thawed.TrySetResult();
        await Task.WhenAll(_links.Values.Append(_accepting));
        _end.Dispose();
    }

    private static TaskCompletionSource NotFrozen()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private Proxy At(Func<string, int, bool> isChosen, Moment moment, Func<Task> act)
    {
        (_isChosen, _moment, _act) = (isChosen, moment, act);
        return this;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                var link = new Link(client, server);
                _links[link] = ServeAsync(link);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test ended.
        }
    }

    private async Task ServeAsync(Link link)
    {
        using (link)
        {
            try
            {
                await link.Server.ConnectAsync(IPAddress.Loopback, _database.Port, _end.Token);
                // When one side closes its connection, both connections are closed.
                await Task.WhenAny(PumpAsync(link, isRequest: true), PumpAsync(link, isRequest: false));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The server is stopped, or the link was cut.
            }
        }
    }

    private async Task PumpAsync(Link link, bool isRequest)
    {
        var buffer = new byte[1 << 16];
        var (from, to) = isRequest ? (link.Client, link.Server) : (link.Server, link.Client);
        try
        {
            while (true)
            {
                var length = await from.ReceiveAsync(buffer, _end.Token);
                await Task.Delay(Delay, _end.Token);
                await _thawed.Task.WaitAsync(_end.Token);
                if (length == 0)
                {
                    return;
                }

                await PassAsync(link, buffer.AsMemory(0, length), to, isRequest);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side closed its connection.
        }
    }

    private async Task PassAsync(Link link, ReadOnlyMemory<byte> message, Socket to, bool isRequest)
    {
        var isHit = isRequest
            && _isChosen(Encoding.UTF8.GetString(message.Span), Interlocked.Increment(ref _requests))
            && Interlocked.Exchange(ref _hasHit, 1) == 0;
        link.ActsBeforeReply |= isHit && _moment == Moment.BeforeReply;
        if ((isHit && _moment == Moment.BeforeRequest) || (!isRequest && link.ActsBeforeReply))
        {
            link.ActsBeforeReply = false;
            await ActAsync();
            if (isHit && _thawed.Task.IsCompleted)
            {
                // The action did not freeze the proxy. So it killed the client or reset its connection, and the message must not reach the server.
                link.Reset();
                return;
            }
        }

        if (isHit && _moment == Moment.AfterRequest)
        {
            await SendThenActAsync(link, message, to);
            return;
        }

        if (!isRequest)
        {
            await link.RepliesReleased.WaitAsync(_end.Token);
        }

        await _thawed.Task.WaitAsync(_end.Token);
        await to.SendAsync(message, _end.Token);
    }

    // A fast server could reply before the action has run, so replies are released until then.
    private async Task SendThenActAsync(Link link, ReadOnlyMemory<byte> message, Socket to)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        link.RepliesReleased = released.Task;
        try
        {
            await _thawed.Task.WaitAsync(_end.Token);
            await to.SendAsync(message, _end.Token);
            await ActAsync();
        }
        finally
        {
            released.SetResult();
        }
    }

    private async Task ActAsync()
    {
        await _act();
        _seen.TrySetResult();
    }

    private sealed class Link : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _isClosed;

        public Link(Socket client, Socket server)
        {
            (Client, Server) = (client, server);
            Client.NoDelay = true;
            Server.NoDelay = true;
        }

        public Socket Client { get; }

        public Socket Server { get; }

        public bool ActsBeforeReply { get; set; }

        /// <summary>Completes when replies may be forwarded.</summary>
        public Task RepliesReleased { get; set; } = Task.CompletedTask;

        /// <summary>Ends both sides with RST instead of FIN.</summary>
        public void Reset() => Close(s => s.LingerState = new LingerOption(enable: true, seconds: 0));

        public void Dispose() => Close(_ => { });

        private void Close(Action<Socket> before)
        {
            lock (_gate)
            {
                if (!_isClosed)
                {
                    _isClosed = true;
                    before(Client);
                    before(Server);
                    Client.Dispose();
                    Server.Dispose();
                }
            }
        }
    }
}
