using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Migrator.Scripts;

/// <summary>
/// Decodes a script piece by piece, and computes Evolve's checksum of what it has decoded: upper-case hex MD5 of the text
/// as UTF-8, without a byte order mark, with CRLF read as LF. Databases that Evolve manages hold that checksum.
/// </summary>
internal sealed class Utf8Decoder : IDisposable
{
    private const char ReplacementCharacter = '\uFFFD';

#pragma warning disable CA5351 // Not for security: the checksum has to be the one that Evolve writes.
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private bool _hasCarriageReturn;
    private string? _checksum;

    /// <summary>Called before an invalid byte is decoded, with the number of characters that the same call has decoded before it.</summary>
    public Action<int>? OnInvalidByte { get; init; }

    /// <summary>The checksum of everything that was decoded. Nothing can be decoded after it was asked for.</summary>
    public string Checksum => _checksum ??= ComputeChecksum();

    /// <summary>Decodes bytes. An invalid byte becomes U+FFFD, as in .NET's own decoder.</summary>
    /// <param name="bytes">The bytes, from the first one that was not decoded.</param>
    /// <param name="characters">Takes the text; as long as <paramref name="bytes"/>.</param>
    /// <param name="isLast">Whether no bytes follow. Otherwise half a character at the end is left for the next call.</param>
    /// <returns>How many bytes were decoded, and to how many characters.</returns>
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

    /// <summary>Takes bytes into the checksum that need not be decoded.</summary>
    /// <param name="ascii">ASCII text.</param>
    public void Skip(ReadOnlySpan<byte> ascii) => Hash(ascii);

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
