using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Cuts a script into statements exactly where psql does (<c>src/fe_utils/psqlscan.l</c> and
/// <c>src/bin/psql/mainloop.c</c> of PostgreSQL 18): at semicolons outside quotes, comments, parentheses and BEGIN
/// ATOMIC bodies. Differences, all on purpose: an empty statement is dropped; a psql command and an unclosed quote are
/// problems; <c>:name</c> is not replaced; and
/// <c>\.</c>, then <c>;</c>, is not taken for a second COPY, which makes psql 17.11 and 18.6 swallow what comes after.
/// </summary>
/// <remarks>
/// Like psql, and unlike the server, it does not see <c>E'…'</c> go on in a quote on the next line: that quote is read
/// as a plain one, without backslash escapes.
/// </remarks>
internal static class StatementSplitter
{
    /// <summary>
    /// The statements of a script, and what is wrong with it. Never throws for what the script holds.
    /// </summary>
    /// <param name="script">Its text, placeholders replaced.</param>
    public static SplitResult Split(string script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return InvalidCharacters.IsArchive(script)
            ? new SplitResult([], [InvalidCharacters.Archive()])
            : new Run(script).ToEnd();
    }

    private ref struct Run(string script)
    {
        private readonly List<SqlStatement> statements = [];
        private readonly List<SqlProblem> problems = [];

        // COPY statements whose data begins after the current line, as indices into statements.
        private readonly List<int> copies = [];
        private SqlLexer lexer = new(script);
        private StatementTracker tracker;
        private int first = -1;
        private int last;

        public SplitResult ToEnd()
        {
            InvalidCharacters.Report(script, problems);
            if (script.StartsWith('\uFEFF'))
            {
                lexer.Position = 1;
            }

            while (Step())
            {
            }

            problems.Sort((a, b) => a.Offset.CompareTo(b.Offset));
            return new SplitResult(statements, problems);
        }

        private bool Step()
        {
            SqlToken token = lexer.Next();
            switch (token.Kind)
            {
                case SqlTokenKind.End:
                    return EndOfText(token.Start);
                case SqlTokenKind.Semicolon when tracker.IsComplete:
                    EndStatement(token.End);
                    return true;
                case SqlTokenKind.Backslash:
                    Backslash(token.Start);
                    return true;
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
                if (lexer.Limit < script.Length)
                {
                    return SplitByCopyData(token.Start);
                }

                problems.Add(SqlProblems.Unclosed(script, token));
                ForgetStatement();
            }
            else if (token.Kind != SqlTokenKind.Blank)
            {
                first = first < 0 ? token.Start : first;
                last = token.End;
            }

            return true;
        }

        // The text ends, or the line of a COPY whose data comes next.
        private bool EndOfText(int end)
        {
            if (first >= 0 && end < script.Length)
            {
                return SplitByCopyData(tracker.OpenParenthesis ?? tracker.OpenBlock ?? first);
            }

            if (tracker.OpenParenthesis is { } parenthesis)
            {
                problems.Add(SqlProblems.UnclosedParenthesis(parenthesis));
            }
            else if (tracker.OpenBlock is { } block)
            {
                problems.Add(SqlProblems.UnclosedBlock(block));
            }
            else
            {
                EndStatement(end);
            }

            ForgetStatement();
            int position = end;
            foreach (int copy in copies)
            {
                SqlCopyData data = CopyDataReader.Read(script, ref position);
                statements[copy] = statements[copy] with { CopyData = data };
            }

            copies.Clear();
            lexer.Limit = script.Length;
            lexer.Position = position;
            return position < script.Length;
        }

        // Goes no further: what it would report behind the data would only be a consequence.
        private readonly bool SplitByCopyData(int offset)
        {
            problems.Add(SqlProblems.SplitByCopyData(script, offset));
            return false;
        }

        private void EndStatement(int end)
        {
            if (first >= 0)
            {
                statements.Add(new SqlStatement(script[first..last], first, null));
                if (tracker.IsCopyFromStdin)
                {
                    // The data begins on the next line; what else is on this line is still SQL.
                    if (copies.Count == 0)
                    {
                        int rest = script.AsSpan(end).IndexOf('\n');
                        lexer.Limit = rest < 0 ? script.Length : end + rest + 1;
                    }

                    copies.Add(statements.Count - 1);
                }
            }

            ForgetStatement();
        }

        private void ForgetStatement()
        {
            first = -1;
            tracker = default;
        }

        private void Backslash(int start)
        {
            problems.Add(PsqlCommands.Describe(script, start));

            // Whether it ends the statement depends on the command; to forget it reports nothing that is only a
            // consequence.
            ForgetStatement();
            int position = PsqlCommands.End(script, start);
            if (PsqlCommands.IsCopyFromInput(script.AsSpan(start, position - start)))
            {
                // What follows is data: reported as SQL it would only hide the cause.
                CopyDataReader.Read(script, ref position);
            }

            lexer.Position = Math.Min(position, script.Length);
            if (lexer.Position > lexer.Limit)
            {
                lexer.Limit = script.Length;
            }
        }
    }
}
