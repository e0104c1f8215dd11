using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads a table constraint after ADD.</summary>
internal static class ConstraintReader
{
    /// <summary>Reads the constraint; returns null if ADD adds a column instead.</summary>
    public static SchemaChange? Read(ref StatementReader reader, string statement)
    {
        SqlName? name = reader.Skip("constraint") ? reader.Name() : null;
        SchemaChange? change = ReadKind(ref reader, statement, name);
        if (change is null)
        {
            return null;
        }

        (bool isNotValid, bool isNotEnforced) = (false, false);
        while (!reader.AtEnd && reader.CurrentText is not ",")
        {
            // PostgreSQL does not check the rows for a constraint that is NOT ENFORCED, either.
            isNotEnforced |= reader.Skip("not", "enforced");
            isNotValid |= reader.Skip("not", "valid") || isNotEnforced;
            if (!reader.AtEnd && reader.CurrentText is not ",")
            {
                reader.SkipGroup();
            }
        }

        return change with { Name = name, IsNotValid = isNotValid, IsNotEnforced = isNotEnforced };
    }

    private static SchemaChange? ReadKind(ref StatementReader reader, string statement, SqlName? name)
    {
        if (reader.Skip("check"))
        {
            return new SchemaChange(ChangeKind.AddCheck) { Expression = ColumnReader.ReadText(ref reader, statement, "not", "no", "enforced"), StatementName = "ADD CHECK" };
        }

        if (reader.Skip("foreign", "key"))
        {
            ForeignKey? key = ForeignKey.Read(ref reader, name?.Name);
            return new SchemaChange(ChangeKind.AddForeignKey)
            {
                Other = key?.Referenced,
                ForeignKeys = key is null ? [] : [key],
                Lock = TableLock.ShareRowExclusive,
                StatementName = "ADD FOREIGN KEY",
            };
        }

        if (reader.Skip("not", "null"))
        {
            return new SchemaChange(ChangeKind.AddNotNull) { Column = reader.Name()?.Name, StatementName = "ADD NOT NULL" };
        }

        bool isPrimaryKey = reader.Skip("primary", "key");
        if (isPrimaryKey || reader.Skip("unique"))
        {
            // UNIQUE (a) USING INDEX TABLESPACE t builds a new index.
            bool isUsingIndex = reader.Skip("using", "index");
            return new SchemaChange(ChangeKind.AddUnique)
            {
                IsUsingIndex = isUsingIndex,
                Other = isUsingIndex ? reader.Name() : null,
                KeyColumns = isUsingIndex ? [] : KeyColumns(reader),
                StatementName = isPrimaryKey ? "ADD PRIMARY KEY" : "ADD UNIQUE",
            };
        }

        // EXCLUDE is not a reserved word and can be the name of a column.
        StatementReader ahead = reader;
        return ahead.Skip("exclude") && (ahead.Is("using") || ahead.Current.Kind == SqlTokenKind.OpenParenthesis)
            ? new SchemaChange(ChangeKind.AddExclusion) { KeyText = ColumnReader.ReadText(ref ahead, statement), StatementName = "ADD EXCLUDE" }
            : null;
    }

    // Reads [NULLS [NOT] DISTINCT] (column, …).
    private static List<string> KeyColumns(StatementReader reader)
    {
        while (!reader.AtEnd && reader.CurrentText is not "," && reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            reader.Advance();
        }

        var columns = new List<string>();
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return columns;
        }

        do
        {
            reader.Advance();
            columns.Add(reader.Name()?.Name ?? "");
        }
        while (reader.CurrentText is ",");
        return columns;
    }
}
