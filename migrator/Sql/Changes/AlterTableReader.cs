using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>
/// Reads the actions of ALTER TABLE. Their locks are those of <c>AlterTableGetLockLevel</c> in PostgreSQL's
/// <c>commands/tablecmds.c</c>, which https://www.postgresql.org/docs/current/sql-altertable.html documents action by action.
/// </summary>
internal static class AlterTableReader
{
    /// <summary>Reads from the table's name on.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader, string statement)
    {
        reader.Skip("if", "exists");
        SqlName? table = TableNames.One(ref reader);
        var changes = new List<SchemaChange>();
        do
        {
            int offset = changes.Count == 0 ? 0 : reader.Current.Start;
            SchemaChange change = Action(ref reader, statement, table);
            changes.Add(change with { Table = table, Offset = offset, Lock = change.Lock == TableLock.None ? TableLock.AccessExclusive : change.Lock });
            if (change.Definition?.References is { } referenced)
            {
                changes.Add(new SchemaChange(ChangeKind.Reference, referenced) { Offset = offset, Lock = TableLock.ShareRowExclusive, Words = "REFERENCES" });
            }
            else if (change is { Kind: ChangeKind.AddForeignKey or ChangeKind.AttachPartition, Other: { } other })
            {
                changes.Add(new SchemaChange(ChangeKind.Reference, other)
                {
                    Offset = offset,
                    Lock = change.Kind == ChangeKind.AttachPartition ? TableLock.AccessExclusive : TableLock.ShareRowExclusive,
                    Words = change.Words,
                });
            }

            // To the next action.
            while (!reader.AtEnd && reader.CurrentText is not ",")
            {
                SkipOne(ref reader);
            }

            reader.Advance();
        }
        while (!reader.AtEnd);
        return changes;
    }

    private static SchemaChange Action(ref StatementReader reader, string statement, SqlName? table)
    {
        if (reader.Skip("add"))
        {
            return ConstraintReader.Read(ref reader, statement) ?? AddColumn(ref reader, statement);
        }

        if (reader.Skip("drop"))
        {
            bool isConstraint = reader.Skip("constraint");
            bool isColumn = !isConstraint && reader.Skip("column");
            reader.Skip("if", "exists");
            string? name = reader.Name()?.Name;
            return isConstraint
                ? new SchemaChange(ChangeKind.DropConstraint) { Name = Named(name), Words = "DROP CONSTRAINT" }
                : new SchemaChange(ChangeKind.DropColumn) { Column = name, Words = isColumn ? "DROP COLUMN" : "DROP" };
        }

        if (reader.Skip("alter"))
        {
            return reader.Skip("constraint") ? Plain("ALTER CONSTRAINT") : AlterColumn(ref reader, statement);
        }

        if (reader.Skip("rename"))
        {
            return Rename(ref reader, table);
        }

        if (reader.Skip("validate", "constraint"))
        {
            return new SchemaChange(ChangeKind.ValidateConstraint) { Name = reader.Name(), Lock = TableLock.ShareUpdateExclusive, Words = "VALIDATE CONSTRAINT" };
        }

        if (reader.Skip("attach", "partition"))
        {
            return new SchemaChange(ChangeKind.AttachPartition) { Other = reader.Name(), Lock = TableLock.ShareUpdateExclusive, Words = "ATTACH PARTITION" };
        }

        if (reader.Skip("detach", "partition"))
        {
            SqlName? partition = reader.Name();
            bool isConcurrent = reader.Is("concurrently") || reader.Is("finalize");
            return new SchemaChange(ChangeKind.DetachPartition)
            {
                Other = partition,
                IsConcurrent = isConcurrent,
                Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.AccessExclusive,
                Words = "DETACH PARTITION",
            };
        }

        if (reader.Is("enable") || reader.Is("disable"))
        {
            reader.Advance();
            _ = reader.Skip("replica") || reader.Skip("always");
            return reader.Is("trigger") ? Plain("ENABLE or DISABLE TRIGGER", TableLock.ShareRowExclusive) : Plain("ENABLE or DISABLE");
        }

        return reader.Skip("set") ? Set(ref reader)
            : reader.Skip("cluster") ? Plain("CLUSTER ON", TableLock.ShareUpdateExclusive)
            : Plain("ALTER TABLE");
    }

    private static SchemaChange AddColumn(ref StatementReader reader, string statement)
    {
        reader.Skip("column");
        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }

        string? column = reader.Name()?.Name;
        return new SchemaChange(ChangeKind.AddColumn) { Column = column, Definition = ColumnReader.Read(ref reader, statement), Words = "ADD COLUMN" };
    }

    private static SchemaChange AlterColumn(ref StatementReader reader, string statement)
    {
        reader.Skip("column");
        string? column = reader.Name()?.Name;
        if (reader.Skip("set", "data") || reader.Is("type"))
        {
            reader.Skip("type");
            string type = ColumnReader.Normalize(ColumnReader.Piece(ref reader, statement, "collate", "using"));
            if (reader.Skip("collate"))
            {
                reader.Name();
            }

            return new SchemaChange(ChangeKind.AlterType)
            {
                Column = column,
                Type = type,
                Expression = reader.Skip("using") ? ColumnReader.Piece(ref reader, statement) : null,
                Words = "ALTER COLUMN … TYPE",
            };
        }

        if (reader.Skip("set", "not"))
        {
            return new SchemaChange(ChangeKind.SetNotNull) { Column = column, Words = "SET NOT NULL" };
        }

        if (reader.Skip("set", "expression"))
        {
            return new SchemaChange(ChangeKind.Rewrite) { Column = column, Words = "SET EXPRESSION" };
        }

        // SET STATISTICS and SET (n_distinct = …) are for the planner only.
        return reader.Skip("set") && (reader.Is("statistics") || reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            ? Plain("ALTER COLUMN … SET", TableLock.ShareUpdateExclusive)
            : Plain("ALTER COLUMN");
    }

    private static SchemaChange Rename(ref StatementReader reader, SqlName? table)
    {
        if (reader.Skip("constraint"))
        {
            return Plain("RENAME CONSTRAINT");
        }

        if (reader.Skip("to"))
        {
            // The new name stands in the old one's schema.
            string? renamed = reader.Name()?.Name;
            return new SchemaChange(ChangeKind.RenameTable) { Name = renamed is null ? null : new SqlName(table?.Schema, renamed), Words = "RENAME TO" };
        }

        reader.Skip("column");
        return new SchemaChange(ChangeKind.RenameColumn) { Column = reader.Name()?.Name, Words = "RENAME COLUMN" };
    }

    private static SchemaChange Set(ref StatementReader reader)
    {
        if (reader.Skip("schema"))
        {
            return new SchemaChange(ChangeKind.SetSchema) { Name = reader.Name(), Words = "SET SCHEMA" };
        }

        string? rewrites = reader.Is("logged") ? "SET LOGGED" : reader.Is("unlogged") ? "SET UNLOGGED" : reader.Is("tablespace") ? "SET TABLESPACE" : reader.Is("access") ? "SET ACCESS METHOD" : null;
        return rewrites is not null ? new SchemaChange(ChangeKind.Rewrite) { Words = rewrites }
            : Plain("SET", reader.Current.Kind == SqlTokenKind.OpenParenthesis ? TableLock.ShareUpdateExclusive : TableLock.AccessExclusive);
    }

    private static SchemaChange Plain(string words, TableLock mode = TableLock.AccessExclusive) => new(ChangeKind.AlterTable) { Words = words, Lock = mode };

    private static SqlName? Named(string? name) => name is null ? null : new SqlName(null, name);

    // A token, or parentheses with all that is in them.
    private static void SkipOne(ref StatementReader reader)
    {
        if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            ColumnReader.SkipParentheses(ref reader);
        }
        else
        {
            reader.Advance();
        }
    }
}
