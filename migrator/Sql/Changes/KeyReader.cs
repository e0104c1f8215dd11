using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Finds in the WHERE clause of UPDATE and DELETE a column that is compared with literals only, such as <c>id = 1</c> or <c>id IN (1, 2)</c>.</summary>
internal static class KeyReader
{
    // Reserved words that are values and look like a column.
    private static readonly string[] Values = ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "session_user", "user", "true", "false", "null"];

    /// <summary>
    /// Reads from the end of the name of the table. Returns the first such column, if AND combines the comparison with the rest of the clause; otherwise null.
    /// Also null with FROM or USING, because the column can belong to another table.
    /// </summary>
    public static string? Find(StatementReader reader)
    {
        while (!reader.Is("where"))
        {
            if (!IsInClause(reader) || reader.Is("from") || reader.Is("using"))
            {
                return null;
            }

            // IS DISTINCT FROM is an operator.
            if (!reader.Skip("distinct", "from"))
            {
                reader.SkipGroup();
            }
        }

        reader.Advance();
        return Conjunction(reader);
    }

    // Reads expressions that AND combines, up to the end of the clause or a closing parenthesis.
    private static string? Conjunction(StatementReader reader)
    {
        string? key = null;
        while (IsInClause(reader))
        {
            StatementReader comparison = reader;
            string? column = comparison.Current.Kind == SqlTokenKind.OpenParenthesis ? InParentheses(ref comparison) : Compared(ref comparison);
            if (column is not null && (!IsInClause(comparison) || comparison.Is("and")))
            {
                key ??= column;
                reader = comparison;
            }

            while (IsInClause(reader) && !reader.Is("and"))
            {
                if (reader.Is("or"))
                {
                    return null;
                }

                // The AND of BETWEEN does not combine expressions.
                if (reader.Is("between"))
                {
                    reader.SkipTo("and");
                }
                else if (reader.Is("case"))
                {
                    SkipCase(ref reader);
                }
                else
                {
                    reader.SkipGroup();
                }
            }

            reader.Skip("and");
        }

        return key;
    }

    private static bool IsInClause(StatementReader reader)
        => !reader.AtEnd && !reader.Is("returning") && reader.Current.Kind is not (SqlTokenKind.CloseParenthesis or SqlTokenKind.Semicolon);

    private static string? InParentheses(ref StatementReader reader)
    {
        StatementReader inside = reader;
        inside.Advance();
        reader.SkipParentheses();
        return inside.Is("select") || inside.Is("with") ? null : Conjunction(inside);
    }

    private static void SkipCase(ref StatementReader reader)
    {
        int depth = 0;
        do
        {
            depth += reader.Is("case") ? 1 : reader.Is("end") ? -1 : 0;
            reader.SkipGroup();
        }
        while (depth > 0 && !reader.AtEnd);
    }

    // Reads column = literal, or column IN (literal, …). A qualifier of the column is its table or an alias.
    private static string? Compared(ref StatementReader reader)
    {
        bool isValue = reader.Current.Kind == SqlTokenKind.Identifier && Values.Contains(reader.CurrentText.ToString(), StringComparer.OrdinalIgnoreCase);
        string? column = reader.Name()?.Name;
        if (column is null || isValue)
        {
            return null;
        }

        // The lexer reads =- in id=-1 as one operator.
        if (reader.CurrentText is "=" or "=-")
        {
            reader.Advance();
            return Literal(ref reader) ? column : null;
        }

        if (!reader.Skip("in") || reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return null;
        }

        do
        {
            reader.Advance();
            if (!Literal(ref reader))
            {
                return null;
            }
        }
        while (reader.CurrentText is ",");
        reader.Advance();
        return column;
    }

    // Reads a string or a number, with a cast, or a truth value.
    private static bool Literal(ref StatementReader reader)
    {
        if (reader.CurrentText is "-")
        {
            reader.Advance();
        }

        if (reader.Skip("true") || reader.Skip("false"))
        {
            return true;
        }

        if (!reader.IsString && reader.Current.Kind != SqlTokenKind.Number)
        {
            return false;
        }

        reader.Advance();
        if (reader.CurrentText is "::")
        {
            reader.Advance();
            reader.Name();
        }

        return true;
    }
}
