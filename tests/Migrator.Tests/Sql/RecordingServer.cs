using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Migrator.Sql.Statements;

namespace Migrator.Tests.Sql;

/// <summary>
/// Implements enough of PostgreSQL's protocol for one psql session: it confirms every query and records its exact text.
/// log_statement of a real server does not log queries that cannot be parsed. Requests data after COPY … FROM STDIN, and
/// reports standard_conforming_strings.
/// </summary>
internal sealed class RecordingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<SentQuery> _queries = [];
    private StringSyntax _strings = new(isInTransaction: false);

    public RecordingServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The queries that were received so far.</summary>
    public IReadOnlyList<SentQuery> Queries => _queries;

    /// <summary>Serves one session until it ends.</summary>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(cancellation);
        client.NoDelay = true;
        NetworkStream socket = client.GetStream();
        BufferedStream input = new(socket);

        await ReadBodyAsync(input, cancellation);
        await socket.WriteAsync(Greeting(), cancellation);
        while (true)
        {
            (char type, byte[] body) = await ReadAsync(input, cancellation);
            switch (type)
            {
                case 'Q':
                    string text = Encoding.UTF8.GetString(body.AsSpan()[..^1]);
                    _queries.Add(new SentQuery(text, await CopyAsync(text, socket, input, cancellation)));
                    if (text == Psql.NextScript)
                    {
                        _strings = new StringSyntax(isInTransaction: false);
                    }

                    _strings.Add(text);
                    await socket.WriteAsync(Message('S', _strings.IsStandard ? "standard_conforming_strings\0on\0"u8 : "standard_conforming_strings\0off\0"u8), cancellation);
                    await socket.WriteAsync(Message('C', "SELECT 0\0"u8).Concat(Message('Z', "I"u8)).ToArray(), cancellation);
                    break;
                case 'X':
                    return;
                default:
                    throw new InvalidOperationException($"psql sent an unexpected message: {type}");
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<string?> CopyAsync(string text, NetworkStream socket, Stream input, CancellationToken cancellation)
    {
        // psql 18 decides by itself whether data follows, and ends the session if the server disagrees.
        if (!StatementKind.IsCopyFromStdin(text))
        {
            return null;
        }

        await socket.WriteAsync(Message('G', [0, 0, 0]), cancellation);
        using MemoryStream data = new();
        while (true)
        {
            (char type, byte[] body) = await ReadAsync(input, cancellation);
            if (type != 'd')
            {
                return Encoding.UTF8.GetString(data.ToArray());
            }

            data.Write(body);
        }
    }

    private static byte[] Greeting() =>
    [
        .. Message('R', [0, 0, 0, 0]),
        .. Message('S', "server_version\018.0\0"u8),
        .. Message('S', "client_encoding\0UTF8\0"u8),
        .. Message('S', "standard_conforming_strings\0on\0"u8),
        .. Message('K', new byte[8]),
        .. Message('Z', "I"u8),
    ];

    private static byte[] Message(char type, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[body.Length + 5];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), body.Length + 4);
        body.CopyTo(message.AsSpan(5));
        return message;
    }

    private static async Task<(char Type, byte[] Body)> ReadAsync(Stream input, CancellationToken cancellation)
    {
        byte[] type = new byte[1];
        await input.ReadExactlyAsync(type, cancellation);
        return ((char)type[0], await ReadBodyAsync(input, cancellation));
    }

    private static async Task<byte[]> ReadBodyAsync(Stream input, CancellationToken cancellation)
    {
        byte[] length = new byte[4];
        await input.ReadExactlyAsync(length, cancellation);
        byte[] body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await input.ReadExactlyAsync(body, cancellation);
        return body;
    }
}
