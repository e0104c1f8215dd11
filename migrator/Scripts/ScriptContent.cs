using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Migrator.Scripts;

/// <summary>What is known of a script after all of it was read.</summary>
/// <param name="Checksum">Evolve's checksum; see <see cref="Utf8Decoder"/>.</param>
/// <param name="IsTransactionOff">Whether the first line contains <c>evolve-tx-off</c>, in either case.</param>
/// <param name="RepeatsAlways">Whether the first line contains <c>evolve-repeat-always</c>, in either case.</param>
internal sealed record ScriptContent(string Checksum, bool IsTransactionOff, bool RepeatsAlways)
{
    /// <summary>Reads a script, piece by piece.</summary>
    /// <param name="stream">The script; it is closed.</param>
    public static ScriptContent Read(Stream stream)
    {
        using var source = new Utf8Source(stream);
        ReadOnlySpan<byte> first = source.Bytes;
        if (!source.IsLast || first.Contains((byte)'\r') || !Ascii.IsValid(first))
        {
            return ReadByPieces(source);
        }

        // The common script is short, and its bytes are what the checksum is computed from.
        var firstLine = new FirstLine();
        firstLine.Add(first);
#pragma warning disable CA5351 // Not for security: the checksum has to be the one that Evolve writes.
        return firstLine.Content(Convert.ToHexString(MD5.HashData(first)));
#pragma warning restore CA5351
    }

    private static ScriptContent ReadByPieces(Utf8Source source)
    {
        var firstLine = new FirstLine();
        char[] characters = ArrayPool<char>.Shared.Rent(Utf8Source.PieceSize);
        using var decoder = new Utf8Decoder();
        try
        {
            while (!source.Bytes.IsEmpty)
            {
                int count = source.Bytes.Length;
                if (Ascii.IsValid(source.Bytes))
                {
                    decoder.Skip(source.Bytes);
                }
                else
                {
                    (count, _) = decoder.Decode(source.Bytes, characters, source.IsLast);
                }

                firstLine.Add(source.Bytes[..count]);
                source.Take(count);
            }

            return firstLine.Content(decoder.Checksum);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>Looks for options in the first line of a script, where Evolve looks for them.</summary>
    private struct FirstLine
    {
        private const string Prefix = "evolve";

        private bool _isOver;
        private bool _isTransactionOff;
        private bool _repeatsAlways;

        // The end of the piece before: an option may stand on both.
        private byte[]? _tail;

        public readonly ScriptContent Content(string checksum) => new(checksum, _isTransactionOff, _repeatsAlways);

        public void Add(ReadOnlySpan<byte> piece)
        {
            if (_isOver)
            {
                return;
            }

            int end = piece.IndexOfAny((byte)'\r', (byte)'\n');
            _isOver = end >= 0;
            ReadOnlySpan<byte> line = end < 0 ? piece : piece[..end];
            if (_tail is not null)
            {
                line = (byte[])[.. _tail, .. line];
            }

            Search(line);
            _tail = _isOver ? null : line[Math.Max(0, line.Length - "evolve-repeat-always".Length)..].ToArray();
        }

        private void Search(ReadOnlySpan<byte> line)
        {
            int dash;
            for (int at = 0; (dash = line[at..].IndexOf((byte)'-')) >= 0; at += dash + 1)
            {
                int start = at + dash - Prefix.Length;
                if (start >= 0)
                {
                    _isTransactionOff |= StartsWith(line[start..], "evolve-tx-off");
                    _repeatsAlways |= StartsWith(line[start..], "evolve-repeat-always");
                }
            }
        }

        private static bool StartsWith(ReadOnlySpan<byte> line, string option)
            => line.Length >= option.Length && Ascii.EqualsIgnoreCase(line[..option.Length], option);
    }
}
