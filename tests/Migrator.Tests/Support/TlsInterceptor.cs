using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Migrator.Tooling.Postgres;

namespace Migrator.Tests.Support;

/// <summary>A proxy that decrypts a TLS connection with its own certificate, and encrypts it again for the server.</summary>
public sealed class TlsInterceptor : IAsyncDisposable
{
    private static readonly byte[] TlsRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TestDatabase _database;
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;

    /// <summary>Starts the proxy to the server of a database.</summary>
    public TlsInterceptor(TestDatabase database, CertificateAndKey certificate)
    {
        _database = database;
        _certificate = X509Certificate2.CreateFromPem(certificate.Certificate, certificate.Key);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();
        try
        {
            await client.GetStream().ReadExactlyAsync(new byte[TlsRequest.Length], _end.Token);
            await client.GetStream().WriteAsync("S"u8.ToArray(), _end.Token);
            await using var near = new SslStream(client.GetStream());
            await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);

            await server.ConnectAsync(_database.Host, _database.Port, _end.Token);
            await server.GetStream().WriteAsync(TlsRequest, _end.Token);
            await server.GetStream().ReadExactlyAsync(new byte[1], _end.Token);
            await using var far = new SslStream(server.GetStream());
            await far.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, _end.Token);
            await Task.WhenAny(near.CopyToAsync(far, _end.Token), far.CopyToAsync(near, _end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or AuthenticationException)
        {
            // One side closed its connection, so the other connection is closed as well.
        }
    }
}
