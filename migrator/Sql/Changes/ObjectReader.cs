using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads CREATE, DROP and ALTER of objects that are not tables or indexes, and that an application can use.</summary>
internal static class ObjectReader
{
    private const string Validate = "VALIDATE CONSTRAINT";

    private static readonly string[] Types =
        ["view", "sequence", "type", "domain", "function", "procedure", "routine", "aggregate", "schema", "extension"];

    /// <summary>Reads a statement after CREATE; returns null for other objects.</summary>
    public static SchemaChange? Create(ref StatementReader reader, string statement)
    {
        if (TypeOf(ref reader) is not { } type)
        {
            return null;
        }

        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }

        SqlName? name = reader.Name();
        reader.Skip("as");
        return new SchemaChange(ChangeKind.CreateObject)
        {
            Name = name,
            ObjectType = type,
            Definition = type == "DOMAIN" ? ColumnReader.Read(ref reader, statement) : null,
            StatementName = $"CREATE {type}",
        };
    }

    /// <summary>Reads a statement after DROP; returns null for other objects.</summary>
    public static IReadOnlyList<SchemaChange>? Drop(ref StatementReader reader)
    {
        if (reader.Skip("owned", "by"))
        {
            SqlName? role = reader.Name();
            return [new SchemaChange(ChangeKind.DropObject) { Name = role, ObjectType = "OWNED BY", IsCascade = reader.SkipTo("cascade"), StatementName = "DROP OWNED" }];
        }

        if (TypeOf(ref reader) is not { } type)
        {
            return null;
        }

        reader.Skip("if", "exists");
        var names = new List<SqlName?>();
        do
        {
            if (names.Count > 0)
            {
                reader.Advance();
            }

            names.Add(reader.Name());
            reader.SkipParentheses();
        }
        while (reader.CurrentText is ",");
        bool isCascade = reader.Is("cascade");
        return [.. names.Select(n => new SchemaChange(ChangeKind.DropObject) { Name = n, ObjectType = type, IsCascade = isCascade, StatementName = $"DROP {type}" })];
    }

    /// <summary>Reads a statement after ALTER; returns null if it renames nothing and checks no rows.</summary>
    public static SchemaChange? Alter(ref StatementReader reader)
    {
        if (TypeOf(ref reader) is not { } type)
        {
            return null;
        }

        reader.Skip("if", "exists");
        SqlName? name = reader.Name();
        reader.SkipParentheses();
        if (reader.Skip("rename"))
        {
            string what = reader.Is("value") ? " VALUE" : reader.Is("attribute") ? " ATTRIBUTE" : "";
            return reader.Is("constraint") ? null : Renamed($"RENAME{what}");
        }

        if (reader.Skip("set", "schema"))
        {
            return Renamed("SET SCHEMA");
        }

        if (type != "DOMAIN")
        {
            return null;
        }

        string? check = reader.Skip("set", "not") ? "SET NOT NULL" : reader.Skip("validate") ? Validate : reader.Skip("add") ? "ADD CONSTRAINT" : null;
        if (check is null)
        {
            return null;
        }

        bool isNotValid = false;
        for (; !reader.AtEnd; reader.Advance())
        {
            StatementReader ahead = reader;
            isNotValid |= ahead.Skip("not", "valid");
        }

        return new SchemaChange(ChangeKind.CheckDomain)
        {
            Name = name,
            ObjectType = type,
            IsNotValid = isNotValid,
            IsValidation = check == Validate,
            StatementName = $"ALTER DOMAIN … {check}",
        };

        SchemaChange Renamed(string action) => new(ChangeKind.RenameObject) { Name = name, ObjectType = type, StatementName = action };
    }

    private static string? TypeOf(ref StatementReader reader)
    {
        _ = reader.Skip("materialized") || reader.Skip("recursive") || reader.Skip("temp") || reader.Skip("temporary");
        foreach (string type in Types)
        {
            if (reader.Skip(type))
            {
                return type.ToUpperInvariant();
            }
        }

        return null;
    }
}
