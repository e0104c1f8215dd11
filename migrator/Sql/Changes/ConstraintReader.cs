using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads a table's constraint behind ADD.</summary>
internal static class ConstraintReader
{
    /// <summary>The constraint; null when a column is added instead.</summary>
    public static SchemaChange? Read(ref StatementReader reader, string statement)
    {
        SqlName? name = reader.Skip("constraint") ? reader.Name() : null;
        SchemaChange? change = ReadKind(ref reader, statement);
        if (change is null)
        {
            return null;
        }

        bool isNotValid = false;
        while (!reader.AtEnd && reader.CurrentText is not ",")
        {
            isNotValid |= reader.Skip("not", "valid");
            if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            {
                ColumnReader.SkipParentheses(ref reader);
            }
            else if (!reader.AtEnd && reader.CurrentText is not ",")
            {
                reader.Advance();
            }
        }

        return change with { Name = name, IsNotValid = isNotValid };
    }

    private static SchemaChange? ReadKind(ref StatementReader reader, string statement)
    {
        if (reader.Skip("check"))
        {
            return new SchemaChange(ChangeKind.AddCheck) { Expression = ColumnReader.Piece(ref reader, statement, "not", "no", "enforced"), Words = "ADD CHECK" };
        }

        if (reader.Skip("foreign", "key"))
        {
            ColumnReader.SkipParentheses(ref reader);
            reader.Skip("references");
            return new SchemaChange(ChangeKind.AddForeignKey) { Other = reader.Name(), Lock = TableLock.ShareRowExclusive, Words = "ADD FOREIGN KEY" };
        }

        if (reader.Skip("not", "null"))
        {
            return new SchemaChange(ChangeKind.AddNotNull) { Column = reader.Name()?.Name, Words = "ADD NOT NULL" };
        }

        bool isPrimaryKey = reader.Skip("primary", "key");
        if (isPrimaryKey || reader.Skip("unique"))
        {
            // UNIQUE (a) USING INDEX TABLESPACE t is another thing.
            return new SchemaChange(ChangeKind.AddUnique) { IsUsingIndex = reader.Skip("using", "index"), Words = isPrimaryKey ? "ADD PRIMARY KEY" : "ADD UNIQUE" };
        }

        // Not reserved: a column may be called so.
        StatementReader ahead = reader;
        return ahead.Skip("exclude") && (ahead.Is("using") || ahead.Current.Kind == SqlTokenKind.OpenParenthesis)
            ? new SchemaChange(ChangeKind.AddExclusion) { Words = "ADD EXCLUDE" }
            : null;
    }
}
