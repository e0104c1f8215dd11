using System.Runtime.CompilerServices;
using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// The state about the current statement that psql keeps, too: its first words, parentheses and blocks. The state shows whether
/// a semicolon is inside a <c>BEGIN ATOMIC … END</c> body, and whether lines of data follow the statement
/// (<c>psqlscan_track_identifier</c> and <c>psqlscan_is_copy_from_stdin</c> in psqlscan.l of PostgreSQL 18.6).
/// </summary>
internal struct StatementTracker
{
    private Words words;
    private int count;
    private int parentheses;
    private int blocks;

    // The offset of a word BEGIN that is the previous token; ATOMIC must follow. And whether the previous token makes the next word a name.
    private int? begin;
    private bool isNameNext;

    private enum Word : byte
    {
        Any,
        Create,
        Or,
        Replace,
        Routine,
        Copy,
        From,
        Stdin,
    }

    /// <summary>
    /// The offset of the outermost open parenthesis; null if all are closed.
    /// </summary>
    public int? OpenParenthesis { get; private set; }

    /// <summary>The offset of the outermost BEGIN without END; null if there is none.</summary>
    public int? OpenBlock { get; private set; }

    /// <summary>Whether a semicolon at the current position ends the statement.</summary>
    public readonly bool IsComplete => parentheses == 0 && blocks == 0;

    /// <summary>Whether the statement is COPY … FROM STDIN, or FROM STDOUT, which the server treats as STDIN.</summary>
    public readonly bool IsCopyFromStdin
    {
        get
        {
            ReadOnlySpan<Word> seen = words;
            int from = seen.IndexOf(Word.From);
            return seen[0] == Word.Copy && from >= 0 && from + 1 < seen.Length && seen[from + 1] == Word.Stdin;
        }
    }

    /// <summary>Whether the statement starts with COPY, or has no word yet.</summary>
    public readonly bool MayBeCopy => count == 0 || words[0] == Word.Copy;

    private readonly bool IsCreateRoutine => words[0] == Word.Create
        && (words[1] == Word.Routine
            || (words[1] == Word.Or && words[2] == Word.Replace && words[3] == Word.Routine));

    /// <summary>Adds the next token of the statement.</summary>
    /// <param name="token">The token.</param>
    /// <param name="text">The token's text.</param>
    public void Add(SqlToken token, ReadOnlySpan<char> text)
    {
        if (token.Kind == SqlTokenKind.Blank)
        {
            return;
        }

        (int? beginBefore, bool isName) = (begin, isNameNext);
        begin = null;
        isNameNext = text is "." || (token.Kind == SqlTokenKind.Identifier && Is(text, "as"));
        switch (token.Kind)
        {
            case SqlTokenKind.Identifier:
                Identifier(text, token.Start, beginBefore, isName);
                break;
            case SqlTokenKind.OpenParenthesis:
                Open(token.Start);
                break;
            case SqlTokenKind.CloseParenthesis:
                Close();
                break;
        }
    }

    private void Open(int offset)
    {
        if (parentheses++ == 0)
        {
            OpenParenthesis = offset;
        }
    }

    private void Close()
    {
        // psql ignores an unmatched closing parenthesis. The server reports it.
        if (parentheses > 0 && --parentheses == 0)
        {
            OpenParenthesis = null;
        }
    }

    private void Identifier(ReadOnlySpan<char> identifier, int offset, int? beginBefore, bool isName)
    {
        if (parentheses > 0)
        {
            return;
        }

        if (count < Words.Length)
        {
            words[count++] = Recognize(identifier);
        }

        if (!IsCreateRoutine)
        {
            return;
        }

        // psql counts each of these words. But "s.end" and "AS end" are names, and BEGIN can be the name of a function or column, unless ATOMIC follows.
        if (isName)
        {
            return;
        }

        if (Is(identifier, "begin"))
        {
            begin = offset;
        }
        else if (beginBefore is { } start && Is(identifier, "atomic"))
        {
            OpenBlock ??= start;
            blocks++;
        }
        else if (blocks > 0 && Is(identifier, "case"))
        {
            // CASE ends with END, too.
            blocks++;
        }
        else if (blocks > 0 && Is(identifier, "end") && --blocks == 0)
        {
            OpenBlock = null;
        }
    }

    private static Word Recognize(ReadOnlySpan<char> identifier) => identifier.Length switch
    {
        2 when Is(identifier, "or") => Word.Or,
        4 when Is(identifier, "copy") => Word.Copy,
        4 when Is(identifier, "from") => Word.From,
        5 when Is(identifier, "stdin") => Word.Stdin,
        6 when Is(identifier, "create") => Word.Create,
        6 when Is(identifier, "stdout") => Word.Stdin,
        7 when Is(identifier, "replace") => Word.Replace,
        8 when Is(identifier, "function") => Word.Routine,
        9 when Is(identifier, "procedure") => Word.Routine,
        _ => Word.Any,
    };

    private static bool Is(ReadOnlySpan<char> identifier, string keyword) =>
        identifier.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    [InlineArray(Length)]
    private struct Words
    {
        // COPY BINARY database.schema.table FROM STDIN has seven words. psql keeps eight.
        public const int Length = 8;

        private Word word;
    }
}
