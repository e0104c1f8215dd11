using System.Buffers;
using System.Text;

namespace Migrator.Scripts;

/// <summary>Reads the bytes of a script piece by piece, as UTF-8 without a byte order mark.</summary>
internal sealed class Utf8Source : IDisposable
{
    /// <summary>The maximum length of a piece, in bytes. A piece never decodes to more characters than this.</summary>
    public const int PieceSize = 1 << 15;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
    private Stream _stream;
    private int _start;
    private int _end;
    private bool _isDisposed;

    /// <summary>Reads the first piece.</summary>
    /// <param name="stream">The script, in UTF-8 or in the encoding of its byte order mark (UTF-16 or UTF-32). <see cref="Dispose"/> closes it.</param>
    public Utf8Source(Stream stream)
    {
        _stream = stream;
        try
        {
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The bytes that were read and not consumed yet.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether <see cref="Bytes"/> extends to the end of the script.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Removes the first bytes of <see cref="Bytes"/>, and reads the next piece after the rest.</summary>
    public void Consume(int count)
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

    // Reads the first piece, and removes the byte order mark.
    private void Start()
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

        _start += Bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
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
