using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>
/// Reads the actions of ALTER TABLE. The locks are those of <c>AlterTableGetLockLevel</c> in PostgreSQL's
/// <c>commands/tablecmds.c</c>. https://www.postgresql.org/docs/current/sql-altertable.html documents them for each action.
/// </summary>
internal static class AlterTableReader
{
    /// <summary>Reads the actions, starting at the name of the table.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader, string statement)
    {
        reader.Skip("if", "exists");
        bool isOnly = reader.Is("only");
        SqlName? table = TableNames.Read(ref reader);
        var changes = new List<SchemaChange>();
        do
        {
            int offset = changes.Count == 0 ? 0 : reader.Current.Start;
            SchemaChange change = ReadAction(ref reader, statement, table);
            changes.Add(change with { Table = table, IsOnly = isOnly, Offset = offset, Lock = change.Lock == TableLock.None ? TableLock.AccessExclusive : change.Lock });
            changes.AddRange((change.Definition?.References ?? []).Select(referenced => new SchemaChange(ChangeKind.Reference, referenced)
            {
                Offset = offset,
                Lock = TableLock.ShareRowExclusive,
                StatementName = "REFERENCES",
            }));
            if (change is { Kind: ChangeKind.AddForeignKey or ChangeKind.AttachPartition, Other: { } other })
            {
                changes.Add(new SchemaChange(ChangeKind.Reference, other)
                {
                    Offset = offset,
                    Lock = change.Kind == ChangeKind.AttachPartition ? TableLock.AccessExclusive : TableLock.ShareRowExclusive,
                    StatementName = change.StatementName,
                });
            }

            // Skip to the next action.
            while (!reader.AtEnd && reader.CurrentText is not ",")
            {
                reader.SkipGroup();
            }

            reader.Advance();
        }
        while (!reader.AtEnd);
        return changes;
    }

    private static SchemaChange ReadAction(ref StatementReader reader, string statement, SqlName? table)
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
            bool isCascade = reader.Is("cascade");
            return isConstraint
                ? new SchemaChange(ChangeKind.DropConstraint) { Name = Named(name), IsCascade = isCascade, StatementName = "DROP CONSTRAINT" }
                : new SchemaChange(ChangeKind.DropColumn) { Column = name, IsCascade = isCascade, StatementName = isColumn ? "DROP COLUMN" : "DROP" };
        }

        if (reader.Skip("alter"))
        {
            return reader.Skip("constraint") ? AlterConstraintReader.Read(ref reader) : AlterColumn(ref reader, statement);
        }

        if (reader.Skip("rename"))
        {
            return Rename(ref reader, table);
        }

        if (reader.Skip("validate", "constraint"))
        {
            return new SchemaChange(ChangeKind.ValidateConstraint) { Name = reader.Name(), Lock = TableLock.ShareUpdateExclusive, StatementName = "VALIDATE CONSTRAINT" };
        }

        if (reader.Skip("attach", "partition"))
        {
            SqlName? partition = reader.Name();
            return new SchemaChange(ChangeKind.AttachPartition)
            {
                Other = partition,
                IsDefaultPartition = reader.Is("default"),
                Lock = TableLock.ShareUpdateExclusive,
                StatementName = "ATTACH PARTITION",
            };
        }

        if (reader.Skip("detach", "partition"))
        {
            SqlName? detached = reader.Name();
            bool isConcurrent = reader.Is("concurrently") || reader.Is("finalize");
            return new SchemaChange(ChangeKind.DetachPartition)
            {
                Other = detached,
                IsConcurrent = isConcurrent,
                Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.AccessExclusive,
                StatementName = "DETACH PARTITION",
            };
        }

        if (reader.Skip("force"))
        {
            return new SchemaChange(ChangeKind.RowSecurity) { StatementName = "FORCE ROW LEVEL SECURITY" };
        }

        if (reader.Is("enable") || reader.Is("disable"))
        {
            bool isEnable = reader.Is("enable");
            reader.Advance();
            if (isEnable && reader.Is("row"))
            {
                return new SchemaChange(ChangeKind.RowSecurity) { StatementName = "ENABLE ROW LEVEL SECURITY" };
            }

            _ = reader.Skip("replica") || reader.Skip("always");
            return !reader.Skip("trigger") ? OtherAction("ENABLE or DISABLE")
                : OtherAction(isEnable ? "ENABLE TRIGGER" : "DISABLE TRIGGER", TableLock.ShareRowExclusive) with
                {
                    Action = isEnable ? TableAction.EnableTrigger : TableAction.DisableTrigger,
                    Part = reader.Name()?.Name,
                };
        }

        return reader.Skip("set") ? Set(ref reader)
            : reader.Skip("reset") ? OtherAction("RESET", LockOfOptions(reader))
            : reader.Skip("cluster") ? OtherAction("CLUSTER ON", TableLock.ShareUpdateExclusive)
            : OtherAction("ALTER TABLE");
    }

    private static SchemaChange AddColumn(ref StatementReader reader, string statement)
    {
        reader.Skip("column");
        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }

        string? column = reader.Name()?.Name;
        return new SchemaChange(ChangeKind.AddColumn) { Column = column, Definition = ColumnReader.Read(ref reader, statement), StatementName = "ADD COLUMN" };
    }

    private static SchemaChange AlterColumn(ref StatementReader reader, string statement)
    {
        reader.Skip("column");
        string? column = reader.Name()?.Name;
        if (reader.Current.Kind == SqlTokenKind.Number)
        {
            // The column of an index can be a number.
            reader.Advance();
        }

        if (reader.Skip("set", "data") || reader.Is("type"))
        {
            reader.Skip("type");
            string type = ColumnReader.ReadType(ref reader, statement, "collate", "using");
            bool hasCollation = reader.Skip("collate");
            if (hasCollation)
            {
                reader.Name();
            }

            return new SchemaChange(ChangeKind.AlterType)
            {
                Column = column,
                Type = type,
                HasCollation = hasCollation,
                Expression = reader.Skip("using") ? ColumnReader.ReadText(ref reader, statement) : null,
                StatementName = "ALTER COLUMN … TYPE",
            };
        }

        if (reader.Skip("set", "not"))
        {
            return new SchemaChange(ChangeKind.SetNotNull) { Column = column, StatementName = "SET NOT NULL" };
        }

        if (reader.Skip("drop", "not"))
        {
            return new SchemaChange(ChangeKind.DropNotNull) { Column = column, StatementName = "DROP NOT NULL" };
        }

        if (reader.Skip("set", "expression"))
        {
            return new SchemaChange(ChangeKind.Rewrite) { Column = column, StatementName = "SET EXPRESSION" };
        }

        if (DefaultAction(reader) is { } action and not TableAction.None)
        {
            return OtherAction(action == TableAction.DropDefault ? $"DROP {Second(reader)}" : "ALTER COLUMN") with { Column = column, Action = action };
        }

        // SET STATISTICS, SET (n_distinct = …) and RESET (n_distinct) affect only the planner.
        SchemaChange other = reader.Skip("set") && (reader.Is("statistics") || reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            ? OtherAction("ALTER COLUMN … SET", TableLock.ShareUpdateExclusive)
            : reader.Is("reset") ? OtherAction("ALTER COLUMN … RESET", TableLock.ShareUpdateExclusive)
            : OtherAction("ALTER COLUMN");
        return other with { Column = column };
    }

    // Reads SET DEFAULT, DROP DEFAULT, DROP IDENTITY, DROP EXPRESSION, ADD GENERATED … AS IDENTITY and SET GENERATED.
    private static TableAction DefaultAction(StatementReader reader)
    {
        if (reader.Skip("drop"))
        {
            return reader.Is("default") || reader.Is("identity") || reader.Is("expression") ? TableAction.DropDefault : TableAction.None;
        }

        return reader.Skip("set", "default") ? TableAction.SetDefault
            : reader.Skip("add", "generated") || reader.Skip("set", "generated") ? reader.Is("always") ? TableAction.GenerateAlways : TableAction.SetDefault
            : TableAction.None;
    }

    private static string Second(StatementReader reader)
    {
        reader.Advance();
        return reader.CurrentText.ToString().ToUpperInvariant();
    }

    private static SchemaChange Rename(ref StatementReader reader, SqlName? table)
    {
        if (reader.Skip("constraint"))
        {
            return OtherAction("RENAME CONSTRAINT");
        }

        if (reader.Skip("to"))
        {
            // The table stays in its schema.
            string? renamed = reader.Name()?.Name;
            return new SchemaChange(ChangeKind.RenameTable) { Name = renamed is null ? null : new SqlName(table?.Schema, renamed), StatementName = "RENAME TO" };
        }

        reader.Skip("column");
        string? column = reader.Name()?.Name;
        reader.Skip("to");
        return new SchemaChange(ChangeKind.RenameColumn) { Column = column, Name = reader.Name(), StatementName = "RENAME COLUMN" };
    }

    private static SchemaChange Set(ref StatementReader reader)
    {
        if (reader.Skip("schema"))
        {
            return new SchemaChange(ChangeKind.SetSchema) { Name = reader.Name(), StatementName = "SET SCHEMA" };
        }

        if (reader.Skip("without", "cluster"))
        {
            return OtherAction("SET WITHOUT CLUSTER", TableLock.ShareUpdateExclusive);
        }

        string? rewrites = reader.Is("logged") ? "SET LOGGED" : reader.Is("unlogged") ? "SET UNLOGGED" : reader.Is("tablespace") ? "SET TABLESPACE" : reader.Is("access") ? "SET ACCESS METHOD" : null;
        return rewrites is not null ? new SchemaChange(ChangeKind.Rewrite) { StatementName = rewrites }
            : OtherAction("SET", reader.Current.Kind == SqlTokenKind.OpenParenthesis ? LockOfOptions(reader) : TableLock.AccessExclusive);
    }

    // user_catalog_table is the only option of a table that needs the strongest lock (reloptions.c).
    private static TableLock LockOfOptions(StatementReader reader)
    {
        for (; !reader.AtEnd && reader.Current.Kind != SqlTokenKind.CloseParenthesis; reader.Advance())
        {
            if (reader.Is("user_catalog_table"))
            {
                return TableLock.AccessExclusive;
            }
        }

        return TableLock.ShareUpdateExclusive;
    }

    /// <summary>An action that no rule is about.</summary>
    public static SchemaChange OtherAction(string statementName, TableLock mode = TableLock.AccessExclusive) => new(ChangeKind.AlterTable) { StatementName = statementName, Lock = mode };

    private static SqlName? Named(string? name) => name is null ? null : new SqlName(null, name);
}
