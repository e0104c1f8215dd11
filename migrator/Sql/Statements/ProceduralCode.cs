using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>The PL/pgSQL code that a statement executes (DO, CALL) or defines (CREATE PROCEDURE), as far as its text shows it.</summary>
/// <param name="Procedure">The procedure that the statement creates; null for DO and CALL.</param>
/// <param name="EndsTransaction">Whether the code contains COMMIT or ROLLBACK as a statement.</param>
/// <param name="Calls">The procedures that the code calls.</param>
internal sealed record ProceduralCode(SqlName? Procedure, bool EndsTransaction, IReadOnlyList<SqlName> Calls)
{
    private const string DefaultLanguage = "plpgsql";

    /// <summary>Reads the code of a statement; returns null for any other statement, and for other languages.</summary>
    public static ProceduralCode? Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("call"))
        {
            return new ProceduralCode(null, false, reader.Name() is { } called ? [called] : []);
        }

        if (reader.Skip("do"))
        {
            return Read(ref reader, null, isBody: true);
        }

        if (!reader.Skip("create"))
        {
            return null;
        }

        reader.Skip("or", "replace");
        return reader.Skip("procedure") && reader.Name() is { } procedure ? Read(ref reader, procedure, isBody: false) : null;
    }

    // Reads what follows DO or the name of the procedure: LANGUAGE, the body, and clauses in any order.
    private static ProceduralCode? Read(ref StatementReader reader, SqlName? procedure, bool isBody)
    {
        string language = DefaultLanguage;
        string? body = null;
        int depth = 0;
        while (!reader.AtEnd)
        {
            depth += reader.Current.Kind switch { SqlTokenKind.OpenParenthesis => 1, SqlTokenKind.CloseParenthesis => -1, _ => 0 };
            bool isText = reader.IsString;
            if (depth == 0 && reader.Skip("language"))
            {
                // LANGUAGE 'plpgsql' is allowed, too.
                language = reader.Value;
            }
            else if (depth == 0 && isText && isBody && body is null)
            {
                body = reader.Value;
            }

            // The arguments of a procedure and its SET clause can contain strings, too.
            isBody = procedure is null || reader.Is("as");
            reader.Advance();
        }

        return body is null || !string.Equals(language, DefaultLanguage, StringComparison.OrdinalIgnoreCase) ? null : Read(procedure, body);
    }

    private static ProceduralCode Read(SqlName? procedure, string body)
    {
        StatementReader reader = new(body);
        var calls = new List<SqlName>();
        (bool endsTransaction, bool isStart) = (false, true);
        while (!reader.AtEnd)
        {
            if (isStart && (reader.Skip("commit") || reader.Skip("rollback")))
            {
                endsTransaction |= reader.Current.Kind == SqlTokenKind.Semicolon || reader.Skip("and", "chain") || reader.Skip("and", "no");
            }
            else if (isStart && reader.Skip("call") && reader.Name() is { } called)
            {
                calls.Add(called);
            }

            isStart = reader.IsBeforeStatement || reader.CurrentText is ">>";
            reader.Advance();
        }

        return new ProceduralCode(procedure, endsTransaction, calls);
    }
}
