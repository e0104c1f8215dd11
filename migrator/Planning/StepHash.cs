using System.Security.Cryptography;
using System.Text;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Computes the checksum of a step: MD5 of its statements and their data, placeholders replaced, whatever the line ends.</summary>
internal sealed class StepHash : IDisposable
{
#pragma warning disable CA5351 // Not for security: tells whether a statement was edited.
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly byte[] _bytes = new byte[4096];
    private bool _isEmpty = true;
    private bool _isAfterCarriageReturn;

    /// <summary>Adds a statement.</summary>
    public void Add(SqlStatement statement)
    {
        Append(_isEmpty ? "" : ";\n");
        Append(statement.Text);
        Append(statement.HasCopyData ? "\n" : "");
        _isEmpty = false;
    }

    /// <summary>Adds data of the statement that was added last.</summary>
    public void Add(ReadOnlySpan<char> copyData) => Append(copyData);

    /// <summary>The checksum of what was added since the last call.</summary>
    public UInt128 Take()
    {
        Encode([], isLast: true);
        (_isEmpty, _isAfterCarriageReturn) = (true, false);
        return UInt128.Parse(Convert.ToHexString(_hash.GetHashAndReset()), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    // As string.ReplaceLineEndings: \r\n, \r, \f, U+0085, U+2028 and U+2029 count as \n.
    private void Append(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (_isAfterCarriageReturn && text[0] == '\n')
            {
                text = text[1..];
            }

            _isAfterCarriageReturn = false;
            int end = text.IndexOfAny("\r\f\u0085\u2028\u2029");
            Encode(end < 0 ? text : text[..end], isLast: false);
            if (end < 0)
            {
                return;
            }

            Encode("\n", isLast: false);
            _isAfterCarriageReturn = text[end] == '\r';
            text = text[(end + 1)..];
        }
    }

    private void Encode(ReadOnlySpan<char> text, bool isLast)
    {
        bool isCompleted;
        do
        {
            _encoder.Convert(text, _bytes, isLast, out int used, out int written, out isCompleted);
            _hash.AppendData(_bytes.AsSpan(0, written));
            text = text[used..];
        }
        while (!isCompleted);
    }
}
