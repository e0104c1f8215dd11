using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Reads a script statement by statement, cut exactly where psql cuts it (<c>src/fe_utils/psqlscan.l</c> and
/// <c>src/bin/psql/mainloop.c</c> of PostgreSQL 18): at semicolons outside quotes, comments, parentheses and BEGIN
/// ATOMIC bodies. The differences are deliberate: an empty statement is dropped; a psql command and an unclosed quote are
/// problems; <c>:name</c> is not replaced; and <c>\.</c>, then <c>;</c>, is not taken for a second COPY, which makes psql
/// 17.11 and 18.6 swallow what follows.
/// </summary>
/// <remarks>
/// Like psql, and unlike the server, it does not see <c>E'…'</c> continue in a quote on the next line: that quote is read
/// as a plain one, without backslash escapes.
/// </remarks>
/// <param name="source">The script, placeholders replaced.</param>
internal sealed class StatementSplitter(ITextSource source)
{
    // What pg_dump writes in its custom format begins with it; psql looks for the same.
    private const string ArchiveMark = "PGDMP";

    private readonly TextWindow _script = new(source);
    private readonly List<SqlProblem> _problems = [];

    // What follows a COPY … FROM STDIN on its line. It is SQL; the data begins on the next line.
    private TextWindow? _restOfLine;
    private bool _isRestFollowedByData;

    private int _statements;
    private bool _isOnLineOfPrevious;
    private bool _hasDataLeft;
    private int _dataInUse;
    private bool _isStarted;
    private bool _isOver;

    /// <summary>Receives the comments, in their order; null for none.</summary>
    public Action<SqlComment>? OnComment { get; init; }

    /// <summary>
    /// What is wrong with the part of the script that was read, in order. A script with problems must not be run.
    /// </summary>
    public IReadOnlyList<SqlProblem> Problems => [.. _problems.OrderBy(p => p.Position)];

    /// <summary>Reads the next statement. Data of the statement before that was not read is skipped.</summary>
    /// <returns>Null at the end of the script. Never throws for what the script holds.</returns>
    public SqlStatement? Read()
    {
        Start();
        SkipCopyData();
        while (!_isOver)
        {
            bool isRest = _restOfLine is not null;
            if (new Scan(this, _restOfLine ?? _script).Read() is { } statement)
            {
                return statement;
            }

            _restOfLine = null;
            _isOver |= !isRest;
        }

        return null;
    }

    /// <summary>Reads the next lines of the data of the COPY … FROM STDIN that was read last, without the line <c>\.</c> that ends them.</summary>
    /// <returns>Whole lines, valid until the next call; empty at the end of the data.</returns>
    public ReadOnlyMemory<char> ReadCopyData()
    {
        _script.Discard(_dataInUse);
        _dataInUse = 0;
        while (_hasDataLeft)
        {
            (int data, int marker) = DataLines(_script.Text, _script.IsComplete);
            _hasDataLeft = marker == 0 && !(_script.IsComplete && data == _script.Text.Length);
            if (data > 0 || marker > 0)
            {
                _dataInUse = data + marker;
                return data > 0 ? _script.Memory[..data] : default;
            }

            _script.Read(_script.Text.Length);
        }

        return default;
    }

    private void SkipCopyData()
    {
        while (_hasDataLeft || _dataInUse > 0)
        {
            ReadCopyData();
        }
    }

    // Lines up to one that is exactly \. (handleCopyIn in src/bin/psql/copy.c), or to the end of the script. psql wants a line
    // end after the marker and leaves one without to the server, which takes it, too, CSV apart.
    private static (int Data, int Marker) DataLines(ReadOnlySpan<char> text, bool isComplete)
    {
        int at = 0;
        while (at < text.Length)
        {
            int length = text[at..].IndexOf('\n');
            if (length < 0 && !isComplete)
            {
                break;
            }

            int end = length < 0 ? text.Length : at + length + 1;
            if (text[at..end] is @"\." or "\\.\n" or "\\.\r\n")
            {
                return (at, end - at);
            }

            at = end;
        }

        return (at, 0);
    }

    private void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        _script.OnNul = position => _problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, position, "NUL",
            "PostgreSQL cannot store a NUL character; remove it, or save the file as UTF-8 if it is in UTF-16."));
        _script.Read(ArchiveMark.Length);
        if (_script.Text.StartsWith(ArchiveMark))
        {
            _isOver = true;
            _problems.Clear();
            _problems.Add(new SqlProblem(SqlProblemKind.InvalidCharacter, SourcePosition.Start, ArchiveMark,
                "This is a pg_dump archive, not SQL; write it as SQL with pg_restore --file=script.sql."));
        }
        else if (_script.Text is ['\uFEFF', ..])
        {
            _script.Discard(1);
        }
    }

    private void StartCopyData()
    {
        _hasDataLeft = true;
        if (_restOfLine is not null)
        {
            return;
        }

        int length = LineLength(_script, 0);
        _restOfLine = _script.Cut(length);
        _script.Read();
        _isRestFollowedByData = _script.Text.Length > 0;
    }

    // The length of the line from an offset on, its end included.
    private static int LineLength(TextWindow window, int start)
    {
        int length;
        while ((length = window.Text[start..].IndexOf('\n')) < 0 && !window.IsComplete)
        {
            window.Read(window.Text.Length);
        }

        return length < 0 ? window.Text.Length - start : length + 1;
    }

    /// <summary>The search for the end of one statement.</summary>
    private ref struct Scan(StatementSplitter splitter, TextWindow window)
    {
        private SqlLexer lexer = new(window.Text);
        private StatementTracker tracker;

        // From the first token to the end of the last one; -1 between statements.
        private int first = -1;
        private int last;
        private bool isLineEnded;

        private readonly bool IsFollowedByData => window == splitter._restOfLine && splitter._isRestFollowedByData;

        public SqlStatement? Read()
        {
            while (!splitter._isOver)
            {
                SqlToken token = lexer.Next();
                if (lexer.HasReachedEnd && !window.IsComplete)
                {
                    ReadMore(token);
                    continue;
                }

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
                    case SqlTokenKind.Identifier:
                        tracker.Identifier(lexer.Slice(token), token.Start);
                        break;
                    case SqlTokenKind.OpenParenthesis:
                        tracker.Open(token.Start);
                        break;
                    case SqlTokenKind.CloseParenthesis:
                        tracker.Close();
                        break;
                }

                if (token.IsOpen)
                {
                    Open(token);
                }
                else if (token.Kind == SqlTokenKind.Blank)
                {
                    Blank(token);
                }
                else
                {
                    first = first < 0 ? token.Start : first;
                    (last, isLineEnded) = (token.End, false);
                }
            }

            return null;
        }

        // What follows could change the token, so it is read again. What is between statements need not be kept for that.
        private void ReadMore(SqlToken token)
        {
            int start = token.Start;
            if (first < 0)
            {
                window.Discard(start);
                start = 0;
            }

            window.Read(token.End - token.Start);
            lexer = new SqlLexer(window.Text) { Position = start };
        }

        private void Blank(SqlToken token)
        {
            ReadOnlySpan<char> text = lexer.Slice(token);
            if (splitter.OnComment is { } onComment && text[0] is '-' or '/')
            {
                int statement = first < 0 && splitter._isOnLineOfPrevious ? splitter._statements - 1 : splitter._statements;
                onComment(new SqlComment(text.ToString(), window.PositionAt(token.Start), statement));
            }

            if (text.Contains('\n'))
            {
                isLineEnded = true;
                splitter._isOnLineOfPrevious &= first >= 0;
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
            splitter._isOnLineOfPrevious = !isLineEnded;
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

        // A quote or comment that the text ends in.
        private void Open(SqlToken token)
        {
            if (IsFollowedByData)
            {
                SplitByCopyData(token.Start);
                return;
            }

            splitter._problems.Add(SqlProblems.Unclosed(window.PositionAt(token.Start), token.Kind, lexer.Slice(token)));
            ForgetStatement();
        }

        // Reads no further: what it would report after the data would only be a consequence.
        private readonly void SplitByCopyData(int offset)
        {
            splitter._problems.Add(SqlProblems.SplitByCopyData(window.PositionAt(offset), window.Text[offset..]));
            splitter._isOver = true;
        }

        private void Backslash(int start)
        {
            int end = start + LineLength(window, start);
            ReadOnlySpan<char> line = window.Text[start..end];
            splitter._problems.Add(PsqlCommands.Describe(window.PositionAt(start), line));

            // Whether the command ends the statement depends on the command. To forget the statement reports nothing that is
            // only a consequence. The same for the lines of data after \copy.
            bool isFollowedByData = PsqlCommands.IsCopyFromInput(line);
            ForgetStatement();
            window.Discard(end);
            if (isFollowedByData)
            {
                splitter._hasDataLeft = true;
                splitter.SkipCopyData();
            }

            lexer = new SqlLexer(window.Text);
        }

        private void ForgetStatement()
        {
            first = -1;
            tracker = default;
        }
    }
}
