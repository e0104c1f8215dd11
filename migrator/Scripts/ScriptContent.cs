using System.Buffers;
using System.Text;

namespace Migrator.Scripts;

/// <summary>The checksum and the options of a script.</summary>
/// <param name="Checksum">Evolve's checksum; see <see cref="Utf8Decoder"/>.</param>
/// <param name="IsTransactionOff">Whether the first line contains <c>evolve-tx-off</c>, in upper or lower case.</param>
/// <param name="RepeatsAlways">Whether the first line contains <c>evolve-repeat-always</c>, in upper or lower case.</param>
internal sealed record ScriptContent(string Checksum, bool IsTransactionOff, bool RepeatsAlways)
{
    /// <summary>Reads a script piece by piece.</summary>
    /// <param name="stream">The script. The method closes it.</param>
    public static ScriptContent Read(Stream stream)
    {
        using var source = new Utf8Source(stream);
        ReadOnlySpan<byte> first = source.Bytes;
        if (!source.IsLast || first.Contains((byte)'\r') || !Ascii.IsValid(first))
        {
            return ReadByPieces(source);
        }

        // Most scripts fit in one piece, and the checksum can be computed from the bytes as they are.
        var firstLine = new FirstLine();
        firstLine.Add(first);
        return firstLine.Content(Convert.ToHexString(Md5.Hash(first)));
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
                    decoder.AddToChecksum(source.Bytes);
                }
                else
                {
                    (count, _) = decoder.Decode(source.Bytes, characters, source.IsLast);
                }

                firstLine.Add(source.Bytes[..count]);
                source.Consume(count);
            }

            return firstLine.Content(decoder.Checksum);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>Searches the first line of a script for options, as Evolve does.</summary>
    private struct FirstLine
    {
        private const string Prefix = "evolve";

        private bool _isComplete;
        private bool _isTransactionOff;
        private bool _repeatsAlways;

        // The end of the previous piece, because an option can extend over two pieces.
        private byte[]? _tail;

        public readonly ScriptContent Content(string checksum) => new(checksum, _isTransactionOff, _repeatsAlways);

        public void Add(ReadOnlySpan<byte> piece)
        {
            if (_isComplete)
            {
                return;
            }

            int end = piece.IndexOfAny((byte)'\r', (byte)'\n');
            _isComplete = end >= 0;
            ReadOnlySpan<byte> line = end < 0 ? piece : piece[..end];
            if (_tail is not null)
            {
                line = (byte[])[.. _tail, .. line];
            }

            Search(line);
            _tail = _isComplete ? null : line[Math.Max(0, line.Length - "evolve-repeat-always".Length)..].ToArray();
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
