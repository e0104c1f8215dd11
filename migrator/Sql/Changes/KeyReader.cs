using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Finds in the WHERE clause of UPDATE and DELETE a column that is compared with literals only, such as <c>id = 1</c> or <c>id IN (1, 2)</c>.</summary>
internal static class KeyReader
{
    /// <summary>
    /// Reads from the name of the table. Returns the first such column, if AND combines the comparison with the rest of the clause; otherwise null.
    /// </summary>
    public static string? Find(StatementReader reader)
    {
        if (!reader.SkipTo("where"))
        {
            return null;
        }

        string? key = null;
        while (IsInClause(reader))
        {
            StatementReader comparison = reader;
            string? column = Compared(ref comparison);
            if (column is not null && (!IsInClause(comparison) || comparison.Is("and")))
            {
                key ??= column;
                reader = comparison;
            }

            while (IsInClause(reader) && !reader.Is("and"))
            {
                if (reader.Is("or") || reader.Is("case") || reader.Is("between"))
                {
                    return null;
                }

                if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
                {
                    reader.SkipParentheses();
                }
                else
                {
                    reader.Advance();
                }
            }

            reader.Skip("and");
        }

        return key;
    }

    private static bool IsInClause(StatementReader reader)
        => !reader.AtEnd && !reader.Is("returning") && reader.Current.Kind is not (SqlTokenKind.CloseParenthesis or SqlTokenKind.Semicolon);

    // Reads column = literal, or column IN (literal, …). A qualifier of the column is its table or an alias.
    private static string? Compared(ref StatementReader reader)
    {
        string? column = reader.Name()?.Name;
        if (column is null)
        {
            return null;
        }

        if (reader.CurrentText is "=")
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

    // Reads a string or a number, with a cast.
    private static bool Literal(ref StatementReader reader)
    {
        if (reader.CurrentText is "-")
        {
            reader.Advance();
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
