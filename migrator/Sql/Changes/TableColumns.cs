using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads the columns that CREATE TABLE defines, with the keys that it defines for them.</summary>
internal static class TableColumns
{
    // The keywords with which a table constraint or LIKE begins (TableConstraint and TableLikeClause in gram.y). All are reserved, except EXCLUDE.
    private static readonly string[] Elements = ["constraint", "check", "unique", "primary", "foreign", "like"];

    /// <summary>Reads the list in parentheses, if it is next.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="foreignKeys">Receives the foreign keys of the table constraints.</param>
    public static IReadOnlyList<KeyValuePair<string, ColumnDefinition>> Read(StatementReader reader, string statement, List<ForeignKey> foreignKeys)
    {
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return [];
        }

        var columns = new List<KeyValuePair<string, ColumnDefinition>>();
        var keys = new List<(bool IsPrimaryKey, List<string> Columns)>();
        do
        {
            reader.Advance();
            if (IsElement(reader))
            {
                ReadKey(ref reader, keys, foreignKeys);
                ColumnReader.ReadText(ref reader, statement);
            }
            else if (reader.Name() is { } column && ColumnReader.Read(ref reader, statement) is { Type.Length: > 0 } definition)
            {
                // The columns of CREATE TABLE … AS have no type.
                columns.Add(new(column.Name, definition));
            }
        }
        while (reader.CurrentText is ",");
        return [.. columns.Select(c => new KeyValuePair<string, ColumnDefinition>(c.Key, keys.Aggregate(c.Value, (column, key) => !key.Columns.Contains(c.Key) ? column : column with
        {
            IsNotNull = column.IsNotNull || key.IsPrimaryKey,
            IsUnique = column.IsUnique || key.Columns.Count == 1,
        })))];
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

    // Reads [CONSTRAINT name] PRIMARY KEY (a, b) or UNIQUE [NULLS NOT DISTINCT] (a). A key can precede its columns.
    private static void ReadKey(ref StatementReader reader, List<(bool IsPrimaryKey, List<string> Columns)> keys, List<ForeignKey> foreignKeys)
    {
        SqlName? name = reader.Skip("constraint") ? reader.Name() : null;
        if (reader.Skip("foreign", "key"))
        {
            if (ForeignKey.Read(ref reader, name?.Name) is { } foreignKey)
            {
                foreignKeys.Add(foreignKey);
            }

            return;
        }

        bool isPrimaryKey = reader.Skip("primary", "key");
        if (!isPrimaryKey && !reader.Skip("unique"))
        {
            return;
        }

        StatementReader list = reader;
        while (!list.AtEnd && list.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            list.Advance();
        }

        var columns = new List<string>();
        do
        {
            list.Advance();
            columns.Add(list.Name()?.Name ?? "");
        }
        while (list.CurrentText is ",");
        keys.Add((isPrimaryKey, columns));
    }
}
