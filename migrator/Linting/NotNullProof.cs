using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>Decides whether a CHECK constraint proves that a column holds no null. SET NOT NULL then skips the full table scan.</summary>
internal static class NotNullProof
{
    /// <summary>
    /// Whether <c>column IS NOT NULL</c> is the whole expression, or one of the expressions that AND combines. PostgreSQL also accepts some expressions with OR
    /// (<c>NotNullImpliedByRelConstraints</c> in <c>tablecmds.c</c>, <c>predicate_implied_by</c>), which are rare.
    /// </summary>
    /// <param name="expression">The expression, with or without parentheses around it.</param>
    /// <param name="column">The name of the column, as it is stored in the catalog.</param>
    public static bool Proves(string expression, string column)
    {
        StatementReader reader = new(expression);
        return Conjunction(ref reader, column) == true && reader.AtEnd;
    }

    // Reads expressions that AND combines, up to the end or a closing parenthesis. True: one of them is the proof. Null: another operator combines them, so they prove nothing.
    private static bool? Conjunction(ref StatementReader reader, string column)
    {
        bool isProven = false;
        do
        {
            bool? one = Term(ref reader, column);
            if (one is null)
            {
                return null;
            }

            isProven |= one.Value;
        }
        while (reader.Skip("and"));
        return reader.AtEnd || reader.Current.Kind == SqlTokenKind.CloseParenthesis ? isProven : null;
    }

    // Reads one expression up to AND, OR, the end or a closing parenthesis. Null: OR follows, or an AND that may belong to CASE or BETWEEN.
    private static bool? Term(ref StatementReader reader, string column)
    {
        bool isProof = false;
        if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            StatementReader inside = reader;
            inside.Advance();
            isProof = Conjunction(ref inside, column) == true;
            reader.SkipParentheses();
            if (IsEnd(reader))
            {
                return isProof;
            }
        }
        else if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) == column)
        {
            reader.Advance();
            isProof = reader.Skip("is", "not") && reader.Skip("null");
            if (IsEnd(reader))
            {
                return isProof;
            }
        }

        // Another operator: the expression is not a proof, whatever its operands are.
        while (!IsEnd(reader))
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

        return false;
    }

    private static bool IsEnd(StatementReader reader) => reader.AtEnd || reader.Is("and") || reader.Current.Kind == SqlTokenKind.CloseParenthesis;
}
