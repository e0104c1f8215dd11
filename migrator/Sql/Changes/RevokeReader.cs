using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads REVOKE. https://www.postgresql.org/docs/current/sql-revoke.html</summary>
internal static class RevokeReader
{
    // Objects of these types are not created by scripts, or are named by a number.
    private static readonly string[] Others = ["database", "foreign", "language", "large", "parameter", "tablespace"];

    private static readonly string[] Types = ["domain", "function", "procedure", "routine", "schema", "type"];

    /// <summary>Reads the statement, starting after its first word. One change for each object that it names.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader)
    {
        StatementReader option = reader;
        // REVOKE GRANT OPTION FOR takes away only the right to grant the privilege.
        if ((option.Skip("grant", "option") || option.Skip("admin", "option")) && option.Is("for"))
        {
            return [new SchemaChange(ChangeKind.Other)];
        }

        StatementReader end = reader;
        var change = new SchemaChange(ChangeKind.Revoke) { IsCascade = end.SkipTo("cascade"), StatementName = "REVOKE" };
        // REVOKE role FROM role has no ON.
        return reader.SkipTo("on") ? Objects(ref reader, change) : [change];
    }

    private static IReadOnlyList<SchemaChange> Objects(ref StatementReader reader, SchemaChange change)
    {
        if (reader.Skip("all"))
        {
            // ALL TABLES IN SCHEMA a, b
            return reader.SkipTo("schema") ? [.. Names(ref reader).Select(n => change with { Name = n, ObjectType = "SCHEMA" })] : [change];
        }

        foreach (string other in Others)
        {
            if (reader.Is(other))
            {
                return [change];
            }
        }

        foreach (string type in Types)
        {
            if (reader.Skip(type))
            {
                return [.. Names(ref reader).Select(n => change with { Name = n, ObjectType = type.ToUpperInvariant() })];
            }
        }

        _ = reader.Skip("table") || reader.Skip("sequence");
        return [.. Names(ref reader).Select(n => change with { Table = n })];
    }

    private static List<SqlName> Names(ref StatementReader reader)
    {
        var names = new List<SqlName>();
        do
        {
            if (names.Count > 0)
            {
                reader.Advance();
            }

            if (reader.Name() is not { } name)
            {
                break;
            }

            names.Add(name);
            reader.SkipParentheses();
        }
        while (reader.CurrentText is ",");
        return names;
    }
}
