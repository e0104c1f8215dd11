using System.Buffers;
using System.Text;

namespace Migrator.Scripts;

/// <summary>The bytes of a script as UTF-8, without a byte order mark, piece by piece.</summary>
internal sealed class Utf8Source : IDisposable
{
    /// <summary>The length of a piece in bytes; it decodes to as many characters at most.</summary>
    public const int PieceSize = 1 << 15;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
    private Stream _stream;
    private int _start;
    private int _end;
    private bool _isDisposed;

    /// <summary>Reads the first piece.</summary>
    /// <param name="stream">The script, in UTF-8 or in the encoding that its byte order mark names (UTF-16 or UTF-32). It is closed with this object.</param>
    public Utf8Source(Stream stream)
    {
        _stream = stream;
        try
        {
            HasByteOrderMark = Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the script begins with a byte order mark, which says what its encoding is.</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>The bytes of the piece that were not taken yet.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the script ends with <see cref="Bytes"/>.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Takes bytes from the front, and reads the next piece behind what is left.</summary>
    public void Take(int count)
    {
        _start += count;
        if (!IsLast)
        {
            Fill();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stream.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    // Reads the first piece; whether the script begins with a byte order mark.
    private bool Start()
    {
        Fill();
        Encoding? other = Bytes switch
        {
            [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
            [0xFF, 0xFE, ..] => Encoding.Unicode,
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
            [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            _ => null,
        };
        if (other is not null)
        {
            _stream.Position = _start = _end = 0;
            _stream = Encoding.CreateTranscodingStream(_stream, other, Encoding.UTF8);
            Fill();
        }

        bool hasMark = Bytes is [0xEF, 0xBB, 0xBF, ..];
        _start += hasMark ? 3 : 0;
        return hasMark || other is not null;
    }

    private void Fill()
    {
        Bytes.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        Span<byte> free = _buffer.AsSpan(_end, PieceSize - _end);
        int read = _stream.ReadAtLeast(free, free.Length, throwOnEndOfStream: false);
        _end += read;
        IsLast = read < free.Length;
    }
}
