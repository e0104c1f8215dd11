using System.Security.Cryptography;
using System.Text;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>
/// Computes the checksum of a step: the MD5 hash of its statements and their COPY data, with placeholders replaced. Line endings
/// do not affect it.
/// </summary>
internal sealed class StepHash : IDisposable
{
    private readonly IncrementalHash _hash = Md5.Start();
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

    /// <summary>Adds COPY data of the last added statement.</summary>
    public void Add(ReadOnlySpan<char> copyData) => Append(copyData);

    /// <summary>Gets the checksum of the text that was added since the last call, and starts the next one.</summary>
    public UInt128 GetHashAndReset()
    {
        Encode([], isLast: true);
        (_isEmpty, _isAfterCarriageReturn) = (true, false);
        return UInt128.Parse(Convert.ToHexString(_hash.GetHashAndReset()), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    // Like string.ReplaceLineEndings, replaces \r\n, \r, \f, U+0085, U+2028 and U+2029 by \n.
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
