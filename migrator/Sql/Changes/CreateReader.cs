using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads CREATE statements.</summary>
internal static class CreateReader
{
    /// <summary>Reads a statement, starting after CREATE.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader, string statement)
    {
        reader.Skip("or", "replace");
        _ = reader.Skip("global") || reader.Skip("local");
        bool isTemporary = reader.Skip("temp") || reader.Skip("temporary");
        reader.Skip("unlogged");
        bool isForeign = reader.Skip("foreign");
        if (reader.Skip("table"))
        {
            return Table(ref reader, statement, isTemporary, isForeign);
        }

        bool isMaterialized = reader.Skip("materialized", "view");
        if (isMaterialized || reader.Skip("view") || reader.Skip("recursive", "view") || reader.Skip("sequence"))
        {
            // ALTER TABLE accepts views and sequences, too.
            bool isIfNotExists = SkipIfNotExists(ref reader);
            return
            [
                new SchemaChange(ChangeKind.CreateTable, reader.Name())
                {
                    IsIfNotExists = isIfNotExists,
                    IsTemporary = isTemporary,
                    IsMaterializedView = isMaterialized,
                    IsFilled = isMaterialized && !StatementChanges.SkipWithNoData(ref reader),
                    StatementName = isMaterialized ? "CREATE MATERIALIZED VIEW" : "CREATE",
                },
            ];
        }

        if (reader.Skip("schema"))
        {
            return Schema(ref reader, statement);
        }

        bool isUnique = reader.Skip("unique");
        if (reader.Skip("index"))
        {
            return [Index(ref reader, statement, isUnique)];
        }

        reader.Skip("constraint");
        if (reader.Skip("trigger"))
        {
            string? trigger = reader.Name()?.Name;
            return reader.SkipTo("on")
                ? [AlterTable(reader.Name(), TableLock.ShareRowExclusive, "CREATE TRIGGER") with { Action = TableAction.CreateTrigger, Part = trigger }]
                : [new SchemaChange(ChangeKind.Other)];
        }

        if (reader.Skip("policy"))
        {
            return [Policy(ref reader)];
        }

        if (reader.Skip("rule"))
        {
            string? rule = reader.Name()?.Name;
            return reader.SkipTo("to")
                ? [AlterTable(reader.Name(), TableLock.AccessExclusive, "CREATE RULE") with { Action = TableAction.CreateRule, Part = rule }]
                : [new SchemaChange(ChangeKind.Other)];
        }

        return [ObjectReader.Create(ref reader, statement) ?? new SchemaChange(ChangeKind.Other)];
    }

    private static SchemaChange Policy(ref StatementReader reader)
    {
        string? policy = reader.Name()?.Name;
        if (!reader.SkipTo("on"))
        {
            return new SchemaChange(ChangeKind.Other);
        }

        SqlName? table = reader.Name();
        bool isRestrictive = reader.Skip("as") && reader.Is("restrictive");
        return AlterTable(table, TableLock.AccessExclusive, "CREATE POLICY") with
        {
            Action = isRestrictive ? TableAction.CreateRestrictivePolicy : TableAction.CreatePolicy,
            Part = policy,
        };
    }

    private static List<SchemaChange> Table(ref StatementReader reader, string statement, bool isTemporary, bool isForeign)
    {
        bool isIfNotExists = SkipIfNotExists(ref reader);
        var table = new SchemaChange(ChangeKind.CreateTable, reader.Name()) { IsIfNotExists = isIfNotExists, IsTemporary = isTemporary, IsForeign = isForeign, StatementName = "CREATE TABLE" };
        var changes = new List<SchemaChange>();
        if (reader.Skip("partition", "of"))
        {
            SqlName? parent = reader.Name();
            table = table with { Other = parent };
            StatementReader ahead = reader;
            ahead.SkipParentheses();
            changes.Add(new SchemaChange(ChangeKind.CreatePartition, parent)
            {
                Other = table.Table,
                IsDefaultPartition = ahead.Is("default"),
                Lock = TableLock.AccessExclusive,
                StatementName = "PARTITION OF",
            });
        }

        else
        {
            var foreignKeys = new List<ForeignKey>();
            table = table with { Columns = TableColumns.Read(reader, statement, foreignKeys), ForeignKeys = foreignKeys };
        }

        int depth = 0;
        // In CREATE SCHEMA, other statements can follow, such as GRANT REFERENCES ON t TO r.
        while (!reader.AtEnd && !reader.Is("create") && !reader.Is("grant"))
        {
            depth += reader.Current.Kind switch { SqlTokenKind.OpenParenthesis => 1, SqlTokenKind.CloseParenthesis => -1, _ => 0 };
            if (reader.Skip("references") && reader.Name() is { } referenced)
            {
                changes.Add(new SchemaChange(ChangeKind.Reference, referenced) { Lock = TableLock.ShareRowExclusive, StatementName = "REFERENCES" });
            }
            else if (depth == 1 && reader.Skip("check"))
            {
                table = table with { HasCheck = true };
            }
            else if (depth == 0 && reader.Skip("partition", "by"))
            {
                table = table with { IsPartitioned = true };
            }
            else if (depth == 0 && reader.Skip("as"))
            {
                table = table with { IsFilled = !StatementChanges.SkipWithNoData(ref reader) };
            }
            else if (!reader.AtEnd)
            {
                reader.Advance();
            }
        }

        return [table, .. changes];
    }

    // CREATE SCHEMA s CREATE TABLE t (…) CREATE VIEW v … creates the table and the view in the schema.
    private static List<SchemaChange> Schema(ref StatementReader reader, string statement)
    {
        SkipIfNotExists(ref reader);
        string? schema = reader.Skip("authorization") ? null : reader.Name()?.Name;
        var changes = new List<SchemaChange>
        {
            schema is null ? new(ChangeKind.Other) : new(ChangeKind.CreateObject) { Name = new SqlName(null, schema), ObjectType = "SCHEMA", StatementName = "CREATE SCHEMA" },
        };
        while (reader.SkipTo("create"))
        {
            changes.AddRange(Read(ref reader, statement).Select(c => c with { Table = InSchema(c.Table), Name = InSchema(c.Name) }));
        }

        return changes;

        SqlName? InSchema(SqlName? name) => name is { Schema: null } ? name with { Schema = schema } : name;
    }

    private static SchemaChange Index(ref StatementReader reader, string statement, bool isUnique)
    {
        bool isConcurrent = reader.Skip("concurrently");
        bool isIfNotExists = SkipIfNotExists(ref reader);
        SqlName? name = reader.Is("on") ? null : reader.Name();
        reader.Skip("on");
        bool isOnly = reader.Is("only");
        SqlName? table = TableNames.Read(ref reader);
        return new SchemaChange(ChangeKind.CreateIndex, table)
        {
            // An index is in the schema of its table.
            Name = name is null ? null : new SqlName(table?.Schema, name.Name),
            IsConcurrent = isConcurrent,
            IsOnly = isOnly,
            IsUnique = isUnique,
            IndexColumns = IndexColumns(reader),
            KeyText = statement[Math.Min(reader.Current.Start, statement.Length)..],
            IsIfNotExists = isIfNotExists,
            Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share,
            StatementName = isUnique ? "CREATE UNIQUE INDEX" : "CREATE INDEX",
        };
    }

    // Reads [USING method] (column [options], …) … [WHERE …].
    private static List<string> IndexColumns(StatementReader reader)
    {
        if (reader.Skip("using"))
        {
            reader.Name();
        }

        var columns = new List<string>();
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return columns;
        }

        do
        {
            reader.Advance();
            if (reader.Name() is not { } column || reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            {
                return [];
            }

            columns.Add(column.Name);
            while (!reader.AtEnd && reader.CurrentText is not "," && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
            {
                // An operator class can have parameters.
                reader.SkipGroup();
            }
        }
        while (reader.CurrentText is ",");
        reader.Advance();
        return reader.SkipTo("where") ? [] : columns;
    }

    private static SchemaChange AlterTable(SqlName? table, TableLock mode, string statementName) => new(ChangeKind.AlterTable, table) { Lock = mode, StatementName = statementName };

    // A table can have the name "if".
    private static bool SkipIfNotExists(ref StatementReader reader) => reader.Skip("if", "not") && reader.Skip("exists");
}
