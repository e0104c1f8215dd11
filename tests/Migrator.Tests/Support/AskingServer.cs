using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Migrator.Tooling.Postgres;

namespace Migrator.Tests.Support;

/// <summary>
/// A stand-in for a server of an attacker: it sends every client the same authentication request, and records everything that
/// the client then sends.
/// </summary>
public sealed class AskingServer : IAsyncDisposable
{
    private const int TlsRequest = 80877103;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly MemoryStream _received = new();
    private readonly X509Certificate2? _certificate;
    private readonly byte[] _request;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Starts the server.</summary>
    /// <param name="request">The body of the authentication request (message R).</param>
    /// <param name="certificate">The certificate for TLS; null to refuse TLS.</param>
    public AskingServer(byte[] request, CertificateAndKey? certificate)
    {
        _request = [(byte)'R', .. Number(request.Length + 4), .. request];
        _certificate = certificate is null ? null : X509Certificate2.CreateFromPem(certificate.Certificate, certificate.Key);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many authentication requests were sent.</summary>
    public int Requests => _requests;

    /// <summary>What clients sent after the authentication request.</summary>
    public byte[] Received => _received.ToArray();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or AuthenticationException)
            {
                // The client closed the connection, or the test has ended.
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        var startup = await StartupAsync(stream);
        if (BinaryPrimitives.ReadInt32BigEndian(startup) == TlsRequest)
        {
            await stream.WriteAsync(_certificate is null ? "N"u8.ToArray() : "S"u8.ToArray(), _end.Token);
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
                stream = tls;
            }

            await StartupAsync(stream);
        }

        await stream.WriteAsync(_request, _end.Token);
        Interlocked.Increment(ref _requests);
        await stream.CopyToAsync(_received, _end.Token);
    }

    private async Task<byte[]> StartupAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, _end.Token);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await stream.ReadExactlyAsync(body, _end.Token);
        return body;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
