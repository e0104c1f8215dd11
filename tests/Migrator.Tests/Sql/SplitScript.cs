using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Tests.Sql;

/// <summary>A statement of a script with its data, and the offsets of both (UTF-16).</summary>
internal sealed record SplitStatement(string Text, int Offset, string? CopyData, int DataOffset);

/// <summary>The statements and problems of a script.</summary>
internal sealed record SplitScript(IReadOnlyList<SplitStatement> Statements, IReadOnlyList<SqlProblem> Problems)
{
    /// <summary>Splits a script.</summary>
    /// <param name="script">The text of the script.</param>
    /// <param name="pieceLength">The length of the pieces in which the script is read.</param>
    public static SplitScript Of(string script, int pieceLength = int.MaxValue)
    {
        var splitter = new StatementSplitter(new StringSource(script, pieceLength));
        var lines = new LineIndex(script);
        var statements = new List<SplitStatement>();
        var afterData = 0;
        while (splitter.Read() is { } statement)
        {
            var offset = lines.OffsetOf(statement.Position);
            string? data = null;
            if (statement.HasCopyData)
            {
                // The data of a second COPY on the same line follows the data of the first.
                SqlLexer lexer = new(script) { Position = offset + statement.Text.Length };
                afterData = Math.Max(afterData, script.IndexOf('\n', lexer.NextSignificant().Start) is var end and >= 0 ? end + 1 : script.Length);
                data = ReadData(splitter);
            }

            statements.Add(new SplitStatement(statement.Text, offset, data, afterData));
            if (data is not null)
            {
                afterData += data.Length;
                var marker = script.AsSpan(afterData).StartsWith("\\.") ? script.IndexOf('\n', afterData) : -1;
                afterData = marker >= 0 ? marker + 1 : afterData;
            }
        }

        return new SplitScript(statements, splitter.Problems);
    }

    private static string ReadData(StatementSplitter splitter)
    {
        var data = new System.Text.StringBuilder();
        ReadOnlyMemory<char> lines;
        while ((lines = splitter.ReadCopyData()).Length > 0)
        {
            data.Append(lines.Span);
        }

        return data.ToString();
    }
}

/// <summary>Returns a text in pieces of a given length.</summary>
internal sealed class StringSource(string text, int pieceLength = int.MaxValue) : ITextSource
{
    private int _at;

    public bool TryRead(out TextPiece piece)
    {
        var length = Math.Min(pieceLength, text.Length - _at);
        piece = new TextPiece(text.AsMemory(_at, length));
        _at += length;
        return length > 0;
    }
}

/// <summary>Converts a line and column to an offset.</summary>
internal sealed class LineIndex
{
    private readonly string _text;
    private readonly List<int> _starts = [0];

    public LineIndex(string text)
    {
        _text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                _starts.Add(i + 1);
            }
        }
    }

    public int OffsetOf(SourcePosition position)
    {
        var offset = _starts[position.Line - 1];
        for (var column = 1; column < position.Column; column++)
        {
            offset += offset + 1 < _text.Length && char.IsSurrogatePair(_text[offset], _text[offset + 1]) ? 2 : 1;
        }

        return offset;
    }
}
