using System.Text;
using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Reads a script statement by statement. It splits a script where psql does (<c>src/fe_utils/psqlscan.l</c> and
/// <c>src/bin/psql/mainloop.c</c> of PostgreSQL 18): at semicolons outside quotes, comments, parentheses and BEGIN
/// ATOMIC bodies. There are six deliberate differences: empty statements are dropped. psql commands and unclosed quotes
/// are problems. <c>:name</c> is not replaced. An empty statement (<c>;</c>) after the end
/// marker <c>\.</c> does not start COPY data again. psql 17.11 and 18.6 read the rest of the script as data then.
/// A statement that sets <c>standard_conforming_strings</c> applies to the next statement. In psql, it applies to the next line.
/// In CREATE FUNCTION, BEGIN without ATOMIC is a name, and so are the words BEGIN, CASE and END after a period or AS. psql searches an END for them, and often
/// sends the rest of the script as one statement.
/// </summary>
/// <remarks>
/// If a quoted literal follows an <c>E'…'</c> string on the next line, the server joins them, and backslash escapes apply in both.
/// Like psql, this class reads the second literal as a plain string, without backslash escapes.
/// </remarks>
internal sealed class StatementSplitter
{
    // A pg_dump archive in custom format starts with this signature. psql checks for it, too.
    private const string ArchiveSignature = "PGDMP";

    private readonly TextWindow _script;
    private readonly CopyDataReader _copyData;
    private readonly List<SqlProblem> _problems = [];

    // The SQL after COPY … FROM STDIN on the same line. The data begins on the next line.
    private TextWindow? _restOfLine;
    private bool _isRestFollowedByData;

    private StringSyntax _strings = new(isInTransaction: false);
    private int _statements;

    // The invisible characters that were reported. A file that was pasted from a document may have very many.
    private HashSet<Rune>? _invisible;
    private bool _isOnPreviousStatementLine;
    private bool _isStarted;
    private bool _isFinished;

    /// <summary>Prepares to read a script.</summary>
    /// <param name="source">The script, with placeholders replaced.</param>
    public StatementSplitter(ITextSource source)
    {
        _script = new TextWindow(source);
        _copyData = new CopyDataReader(_script);
    }

    /// <summary>Called with each comment that contains <see cref="CommentMarker"/>, in the order of the script; null to ignore comments.</summary>
    public Action<SqlComment>? OnComment { get; init; }

    /// <summary>Whether the script runs in one transaction. Default: false, as in psql.</summary>
    public bool IsInTransaction { init => _strings = new StringSyntax(value); }

    /// <summary>The text that a comment must contain to be reported, in upper or lower case. A script may have very many comments.</summary>
    public string CommentMarker { get; init; } = "";

    /// <summary>
    /// The problems in the part of the script that was read, ordered by position. A script with problems must not be run.
    /// </summary>
    public IReadOnlyList<SqlProblem> Problems => [.. _problems.OrderBy(p => p.Position)];

    /// <summary>Reads the next statement. Skips unread data of the previous statement.</summary>
    /// <returns>The statement; null at the end of the script. Problems in the script do not throw.</returns>
    public SqlStatement? Read()
    {
        Start();
        _copyData.Skip();
        while (!_isFinished)
        {
            bool isRest = _restOfLine is not null;
            if (new Scan(this, _restOfLine ?? _script).Read() is { } statement)
            {
                return statement;
            }

            _restOfLine = null;
            _isFinished |= !isRest;
        }

        return null;
    }

    /// <summary>Reads the next lines of data of the last COPY … FROM STDIN, without the end marker <c>\.</c>.</summary>
    /// <returns>Whole lines, valid until the next call; empty at the end of the data.</returns>
    public ReadOnlyMemory<char> ReadCopyData() => _copyData.Read();

    private void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        _script.OnNul = position => _problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, position, "NUL",
            "PostgreSQL cannot store a NUL character; remove it, or save the file as UTF-8 if it is in UTF-16."));
        _script.Read(ArchiveSignature.Length);
        if (_script.Text.StartsWith(ArchiveSignature))
        {
            _isFinished = true;
            _problems.Clear();
            _problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, SourcePosition.Start, ArchiveSignature,
                "This is a pg_dump archive, not SQL; write it as SQL with pg_restore --file=script.sql."));
        }
        else if (_script.Text is ['\uFEFF', ..])
        {
            _script.Discard(1);
        }
    }

    private void StartCopyData()
    {
        _copyData.Start();
        if (_restOfLine is not null)
        {
            return;
        }

        int length = LineLength(_script, 0);
        _restOfLine = _script.Cut(length);
        _script.Read();
        _isRestFollowedByData = _script.Text.Length > 0;
    }

    // The length of the line from an offset, including the line break.
    private static int LineLength(TextWindow window, int start)
    {
        int length;
        while ((length = window.Text[start..].IndexOf('\n')) < 0 && !window.IsComplete)
        {
            window.Read(window.Text.Length);
        }

        return length < 0 ? window.Text.Length - start : length + 1;
    }

    /// <summary>Searches for the end of one statement.</summary>
    private ref struct Scan(StatementSplitter splitter, TextWindow window)
    {
        private SqlLexer lexer = new(window.Text, splitter._strings.IsStandard);
        private StatementTracker tracker;

        // The start of the first token and the end of the last token. first is -1 between statements.
        private int first = -1;
        private int last;
        private bool hasLineBreak;

        private readonly bool IsFollowedByData => window == splitter._restOfLine && splitter._isRestFollowedByData;

        public SqlStatement? Read()
        {
            while (!splitter._isFinished)
            {
                SqlToken token = lexer.Next();
                if (lexer.HasReachedEnd && !window.IsComplete)
                {
                    ReadMore(token);
                    continue;
                }

                tracker.Add(token, lexer.Slice(token));
                switch (token.Kind)
                {
                    case SqlTokenKind.End:
                        return EndOfText(token.Start);
                    case SqlTokenKind.Semicolon when tracker.IsComplete:
                        if (first >= 0)
                        {
                            return Take(token.End);
                        }

                        continue;
                    case SqlTokenKind.Backslash:
                        Backslash(token.Start);
                        continue;
                }

                if (token.IsUnclosed)
                {
                    Unclosed(token);
                }
                else if (token.Kind == SqlTokenKind.Blank)
                {
                    Blank(token);
                }
                else
                {
                    CheckCharacters(token);
                    first = first < 0 ? token.Start : first;
                    (last, hasLineBreak) = (token.End, false);
                }
            }

            return null;
        }

        // Only the first occurrence of each character is reported. In strings, comments and quoted identifiers, it may be intended.
        private readonly void CheckCharacters(SqlToken token)
        {
            if (token.Kind is not (SqlTokenKind.Identifier or SqlTokenKind.Number or SqlTokenKind.Other))
            {
                return;
            }

            ReadOnlySpan<char> text = lexer.Slice(token);
            for (int offset = 0, next; (next = InvisibleCharacters.IndexOf(text[offset..])) >= 0; offset += next + 1)
            {
                _ = Rune.DecodeFromUtf16(text[(offset + next)..], out Rune character, out _);
                if ((splitter._invisible ??= []).Add(character))
                {
                    splitter._problems.Add(SqlProblems.Invisible(window.PositionAt(token.Start + offset + next), character));
                }
            }
        }

        // More text could change the token, so the lexer reads it again. Text between statements is discarded first, because the lexer does not need it.
        private void ReadMore(SqlToken token)
        {
            int start = token.Start;
            if (first < 0)
            {
                window.Discard(start);
                start = 0;
            }

            window.Read(token.End - token.Start);
            lexer = new SqlLexer(window.Text, splitter._strings.IsStandard) { Position = start };
        }

        private void Blank(SqlToken token)
        {
            ReadOnlySpan<char> text = lexer.Slice(token);
            if (splitter.OnComment is { } onComment && text[0] is '-' or '/' && text.Contains(splitter.CommentMarker, StringComparison.OrdinalIgnoreCase))
            {
                int statement = first < 0 && splitter._isOnPreviousStatementLine ? splitter._statements - 1 : splitter._statements;
                onComment(new SqlComment(text.ToString(), window.PositionAt(token.Start), statement));
            }

            if (text.Contains('\n'))
            {
                hasLineBreak = true;
                splitter._isOnPreviousStatementLine &= first >= 0;
            }
        }

        private SqlStatement Take(int end)
        {
            window.Discard(first);
            int length = last - first;
            var statement = new SqlStatement(window.Text[..length].ToString(), window.Start)
            {
                HasCopyData = tracker.IsCopyFromStdin,
                Replacements = window.ReplacementsIn(length),
            };
            window.Discard(end - first);
            splitter._statements++;
            splitter._isOnPreviousStatementLine = !hasLineBreak;
            splitter._strings.Add(statement.Text);
            if (statement.HasCopyData)
            {
                splitter.StartCopyData();
            }

            return statement;
        }

        private SqlStatement? EndOfText(int end)
        {
            if (first >= 0 && IsFollowedByData)
            {
                SplitByCopyData(tracker.OpenParenthesis ?? tracker.OpenBlock ?? first);
            }
            else if (tracker.OpenParenthesis is { } parenthesis)
            {
                splitter._problems.Add(SqlProblems.UnclosedParenthesis(window.PositionAt(parenthesis)));
            }
            else if (tracker.OpenBlock is { } block)
            {
                splitter._problems.Add(SqlProblems.UnclosedBlock(window.PositionAt(block)));
            }
            else if (first >= 0)
            {
                return Take(end);
            }

            return null;
        }

        // Handles a quote or comment that is not closed before the end of the text.
        private void Unclosed(SqlToken token)
        {
            if (IsFollowedByData)
            {
                SplitByCopyData(token.Start);
                return;
            }

            splitter._problems.Add(SqlProblems.Unclosed(window.PositionAt(token.Start), token.Kind, lexer.Slice(token)));
            DropStatement();
        }

        // Stops reading: any later problem would only be a consequence of this one.
        private readonly void SplitByCopyData(int offset)
        {
            splitter._problems.Add(SqlProblems.SplitByCopyData(window.PositionAt(offset), window.Text[offset..]));
            splitter._isFinished = true;
        }

        private void Backslash(int start)
        {
            int end = start + LineLength(window, start);
            ReadOnlySpan<char> line = window.Text[start..end];
            splitter._problems.Add(PsqlCommands.Describe(window.PositionAt(start), line));

            // Some commands end the statement and some do not. The statement is dropped, and so are the lines of data after
            // \copy. This avoids reports of problems that are only a consequence of this one.
            bool isFollowedByData = PsqlCommands.IsCopyFromInput(line);
            DropStatement();
            window.Discard(end);
            if (isFollowedByData)
            {
                splitter._copyData.Start();
                splitter._copyData.Skip();
            }

            lexer = new SqlLexer(window.Text, splitter._strings.IsStandard);
        }

        private void DropStatement()
        {
            first = -1;
            tracker = default;
        }
    }
}
