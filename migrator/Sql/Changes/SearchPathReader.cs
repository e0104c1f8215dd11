using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads statements that set the search path: SET, SET SCHEMA, RESET, and a call of <c>set_config</c>.</summary>
internal static class SearchPathReader
{
    private const string Setting = "search_path";

    /// <summary>Reads a statement from its first word; returns null for any other statement.</summary>
    public static SchemaChange? Read(StatementReader reader, string statement)
    {
        if (reader.Is("set"))
        {
            StatementReader schema = reader;
            schema.Advance();
            bool isLocalSchema = schema.Skip("local");
            _ = isLocalSchema || schema.Skip("session");
            if (schema.Skip("schema"))
            {
                return Of(statement[schema.Current.Start..], isLocalSchema);
            }

            string? name = reader.SkipSet(out bool isLocal);
            return IsSetting(name) ? Of(statement[reader.Current.Start..], isLocal) : null;
        }

        if (reader.Is("reset") || reader.Is("discard"))
        {
            bool isReset = reader.Is("reset");
            reader.Advance();
            return reader.Is("all") || (isReset && IsSetting(reader.Value)) ? Of("DEFAULT", isLocal: false) : null;
        }

        return reader.Is("select") && statement.Contains(Setting, StringComparison.OrdinalIgnoreCase) ? ReadCall(reader, statement) : null;
    }

    /// <summary>The schemas of a path, without the schema that has the name of the user; null for DEFAULT.</summary>
    public static string[]? Parse(string? path)
    {
        var schemas = new List<string>();
        StatementReader reader = new(path ?? "");
        while (!reader.AtEnd && reader.Current.Kind != SqlTokenKind.Semicolon)
        {
            if (reader.Is("default"))
            {
                return null;
            }

            // A string can contain a whole path only in set_config. SET search_path = 'a, b' names one schema.
            string? schema = reader.Name()?.Name;
            bool isComma = schema is null && reader.CurrentText is ",";
            schema ??= reader.Literal();
            if (!isComma && schema is { Length: > 0 } and not "$user")
            {
                schemas.Add(schema);
            }
        }

        return [.. schemas];
    }

    // Reads set_config('search_path', value, is_local).
    private static SchemaChange? ReadCall(StatementReader reader, string statement)
    {
        while (!reader.AtEnd)
        {
            if (!reader.Skip("set_config"))
            {
                reader.Advance();
                continue;
            }

            reader.Advance();
            if (!reader.IsString || !IsSetting(reader.Value))
            {
                continue;
            }

            reader.Advance();
            reader.Advance();
            string value = reader.IsString ? reader.Value : "";
            ColumnReader.ReadText(ref reader, statement);
            reader.Advance();
            return Of(value, isLocal: reader.Is("true") || reader.Value.StartsWith('t'));
        }

        return null;
    }

    private static bool IsSetting(string? name) => Setting.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static SchemaChange Of(string path, bool isLocal)
        => new(ChangeKind.SetSearchPath) { Expression = path, IsLocal = isLocal, StatementName = "SET search_path" };
}
