using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Migrator.Scripts;

/// <summary>
/// Decodes a script piece by piece, and computes Evolve's checksum of the decoded text: the MD5 in upper-case hex of the text
/// as UTF-8, without a byte order mark, and with CRLF replaced by LF. Databases that Evolve manages contain this checksum.
/// </summary>
internal sealed class Utf8Decoder : IDisposable
{
    private const char ReplacementCharacter = '\uFFFD';

    private readonly IncrementalHash _hash = Md5.Start();
    private bool _hasCarriageReturn;
    private string? _checksum;

    /// <summary>Called for each invalid byte, with the number of characters that the same call decoded before it.</summary>
    public Action<int>? OnInvalidByte { get; init; }

    /// <summary>The checksum of all decoded text. No more text can be decoded after the first access.</summary>
    public string Checksum => _checksum ??= ComputeChecksum();

    /// <summary>Decodes bytes. An invalid byte becomes U+FFFD, as in .NET's decoder.</summary>
    /// <param name="bytes">The bytes, starting with the first byte that was not decoded yet.</param>
    /// <param name="characters">Receives the text. Must be at least as long as <paramref name="bytes"/>.</param>
    /// <param name="isLast">Whether no more bytes follow. If false, an incomplete character at the end is left for the next call.</param>
    /// <returns>The number of decoded bytes, and the number of characters written.</returns>
    public (int Bytes, int Characters) Decode(ReadOnlySpan<byte> bytes, Span<char> characters, bool isLast)
    {
        (int read, int written) = (0, 0);
        while (true)
        {
            OperationStatus status = Utf8.ToUtf16(bytes[read..], characters[written..], out int valid, out int decoded, replaceInvalidSequences: false, isLast);
            Hash(bytes.Slice(read, valid));
            (read, written) = (read + valid, written + decoded);
            if (status != OperationStatus.InvalidData)
            {
                return (read, written);
            }

            OnInvalidByte?.Invoke(written);
            Rune.DecodeFromUtf8(bytes[read..], out _, out int invalid);
            Hash("\uFFFD"u8);
            characters[written++] = ReplacementCharacter;
            read += invalid;
        }
    }

    /// <summary>Adds bytes to the checksum without decoding them.</summary>
    /// <param name="ascii">ASCII text.</param>
    public void AddToChecksum(ReadOnlySpan<byte> ascii) => Hash(ascii);

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Hash(ReadOnlySpan<byte> utf8)
    {
        if (_hasCarriageReturn && utf8.Length > 0)
        {
            _hasCarriageReturn = false;
            if (utf8[0] != '\n')
            {
                _hash.AppendData("\r"u8);
            }
        }

        int end;
        while ((end = utf8.IndexOf((byte)'\r')) >= 0)
        {
            _hash.AppendData(utf8[..end]);
            utf8 = utf8[(end + 1)..];
            if (utf8.IsEmpty)
            {
                _hasCarriageReturn = true;
            }
            else if (utf8[0] != '\n')
            {
                _hash.AppendData("\r"u8);
            }
        }

        _hash.AppendData(utf8);
    }

    private string ComputeChecksum()
    {
        if (_hasCarriageReturn)
        {
            _hash.AppendData("\r"u8);
        }

        return Convert.ToHexString(_hash.GetHashAndReset());
    }
}
