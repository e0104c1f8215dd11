using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>A statement in the code of a DO block.</summary>
/// <param name="Text">The statement; null if the code builds its text when it runs (EXECUTE of an expression).</param>
/// <param name="Offset">The position in the text of the DO statement (UTF-16).</param>
internal readonly record struct CodeStatement(string? Text, int Offset);

/// <summary>
/// Finds the SQL statements in the PL/pgSQL code of a DO block that change tables or other objects. A statement in a branch or a loop is found, too, whether it will run or not.
/// </summary>
internal static class CodeStatements
{
    private static readonly string[] Verbs =
        ["create", "alter", "drop", "truncate", "update", "delete", "insert", "merge", "with", "reindex", "cluster", "refresh", "lock", "set", "execute"];

    /// <summary>Finds the statements. Other statements than DO, other languages, and code that is not quoted with dollars have none.</summary>
    public static IEnumerable<CodeStatement> Of(string statement)
    {
        StatementReader reader = new(statement);
        if (!reader.Skip("do"))
        {
            return [];
        }

        (int Start, int End)? body = null;
        for (; !reader.AtEnd; reader.Advance())
        {
            if (reader.Skip("language") && !reader.Value.Equals("plpgsql", StringComparison.OrdinalIgnoreCase))
            {
                return [];
            }

            body ??= reader.Current.Kind == SqlTokenKind.DollarString ? reader.InsideQuotes : null;
        }

        return body is var (start, end) ? Read(statement[start..end], start) : [];
    }

    private static List<CodeStatement> Read(string code, int offset)
    {
        var found = new List<CodeStatement>();
        StatementReader reader = new(code);
        bool isStart = false;
        while (!reader.AtEnd)
        {
            if (isStart && IsVerb(reader))
            {
                found.Add(ReadOne(ref reader, code, offset));
                continue;
            }

            // After a label (<< name >>), too.
            isStart = reader.IsBeforeStatement || reader.CurrentText is ">>";
            reader.Advance();
        }

        return found;
    }

    // Reads up to the semicolon, which the loop reads then.
    private static CodeStatement ReadOne(ref StatementReader reader, string code, int offset)
    {
        int start = reader.Current.Start;
        bool isDynamic = reader.Skip("execute");
        (string? literal, int literalStart) = (null, 0);
        if (isDynamic && reader.IsString)
        {
            (literal, literalStart) = (reader.Value, reader.InsideQuotes.Start);
            reader.Advance();
            literal = reader.Current.Kind == SqlTokenKind.Semicolon || reader.Is("using") || reader.Is("into") ? literal : null;
        }

        while (!reader.AtEnd && reader.Current.Kind != SqlTokenKind.Semicolon)
        {
            reader.Advance();
        }

        return isDynamic
            ? new CodeStatement(literal, offset + (literal is null ? start : literalStart))
            : new CodeStatement(code[start..reader.Current.Start], offset + start);
    }

    private static bool IsVerb(StatementReader reader)
    {
        foreach (string verb in Verbs)
        {
            if (reader.Is(verb))
            {
                return true;
            }
        }

        return false;
    }
}
