using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads the columns that CREATE TABLE defines, with the keys that it defines for them.</summary>
internal static class TableColumns
{
    // The keywords with which a table constraint or LIKE begins (TableConstraint and TableLikeClause in gram.y). All are reserved, except EXCLUDE.
    private static readonly string[] Elements = ["constraint", "check", "unique", "primary", "foreign", "like"];

    /// <summary>Reads the list in parentheses, if it is next.</summary>
    public static IReadOnlyList<KeyValuePair<string, ColumnDefinition>> Read(StatementReader reader, string statement)
    {
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return [];
        }

        var columns = new List<KeyValuePair<string, ColumnDefinition>>();
        do
        {
            reader.Advance();
            if (IsElement(reader))
            {
                AddKey(ref reader, columns);
                ColumnReader.ReadText(ref reader, statement);
            }
            else if (reader.Name() is { } column)
            {
                columns.Add(new(column.Name, ColumnReader.Read(ref reader, statement)));
            }
        }
        while (reader.CurrentText is ",");
        return columns;
    }

    private static bool IsElement(StatementReader reader)
    {
        foreach (string element in Elements)
        {
            if (reader.Is(element))
            {
                return true;
            }
        }

        return reader.Skip("exclude") && (reader.Is("using") || reader.Current.Kind == SqlTokenKind.OpenParenthesis);
    }

    // Reads [CONSTRAINT name] PRIMARY KEY (a, b) or UNIQUE (a).
    private static void AddKey(ref StatementReader reader, List<KeyValuePair<string, ColumnDefinition>> columns)
    {
        if (reader.Skip("constraint"))
        {
            reader.Name();
        }

        bool isPrimaryKey = reader.Skip("primary", "key");
        if (!isPrimaryKey && !reader.Skip("unique"))
        {
            return;
        }

        StatementReader list = reader;
        var key = new List<string>();
        do
        {
            list.Advance();
            key.Add(list.Name()?.Name ?? "");
        }
        while (list.CurrentText is ",");

        for (int i = 0; i < columns.Count; i++)
        {
            if (key.Contains(columns[i].Key))
            {
                columns[i] = new(columns[i].Key, columns[i].Value with
                {
                    IsNotNull = columns[i].Value.IsNotNull || isPrimaryKey,
                    IsUnique = columns[i].Value.IsUnique || key.Count == 1,
                });
            }
        }
    }
}
