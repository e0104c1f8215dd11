using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads CREATE statements.</summary>
internal static class CreateReader
{
    /// <summary>Reads a statement, starting after CREATE.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader)
    {
        reader.Skip("or", "replace");
        _ = reader.Skip("global") || reader.Skip("local");
        _ = reader.Skip("temp") || reader.Skip("temporary") || reader.Skip("unlogged");
        reader.Skip("foreign");
        if (reader.Skip("table"))
        {
            return Table(ref reader);
        }

        if (reader.Skip("materialized", "view") || reader.Skip("view") || reader.Skip("recursive", "view") || reader.Skip("sequence"))
        {
            // ALTER TABLE accepts views and sequences, too.
            SkipIfNotExists(ref reader);
            return [new SchemaChange(ChangeKind.CreateTable, reader.Name()) { StatementName = "CREATE" }];
        }

        if (reader.Skip("schema"))
        {
            return Schema(ref reader);
        }

        bool isUnique = reader.Skip("unique");
        if (reader.Skip("index"))
        {
            return [Index(ref reader, isUnique)];
        }

        reader.Skip("constraint");
        if (reader.Skip("trigger"))
        {
            return reader.SkipTo("on") ? [AlterTable(reader.Name(), TableLock.ShareRowExclusive, "CREATE TRIGGER")] : [new SchemaChange(ChangeKind.Other)];
        }

        if (reader.Skip("policy"))
        {
            return reader.SkipTo("on") ? [AlterTable(reader.Name(), TableLock.AccessExclusive, "CREATE POLICY")] : [new SchemaChange(ChangeKind.Other)];
        }

        return reader.Skip("rule") && reader.SkipTo("to")
            ? [AlterTable(reader.Name(), TableLock.AccessExclusive, "CREATE RULE")]
            : [new SchemaChange(ChangeKind.Other)];
    }

    private static List<SchemaChange> Table(ref StatementReader reader)
    {
        SkipIfNotExists(ref reader);
        var changes = new List<SchemaChange> { new(ChangeKind.CreateTable, reader.Name()) { StatementName = "CREATE TABLE" } };
        if (reader.Skip("partition", "of"))
        {
            changes.Add(AlterTable(reader.Name(), TableLock.AccessExclusive, "PARTITION OF"));
        }

        // In CREATE SCHEMA, other statements can follow, such as GRANT REFERENCES ON t TO r.
        while (!reader.AtEnd && !reader.Is("create") && !reader.Is("grant"))
        {
            if (reader.Skip("references") && reader.Name() is { } referenced)
            {
                changes.Add(new SchemaChange(ChangeKind.Reference, referenced) { Lock = TableLock.ShareRowExclusive, StatementName = "REFERENCES" });
            }
            else if (!reader.AtEnd)
            {
                reader.Advance();
            }
        }

        return changes;
    }

    // CREATE SCHEMA s CREATE TABLE t (…) CREATE VIEW v … creates the table and the view in the schema.
    private static List<SchemaChange> Schema(ref StatementReader reader)
    {
        SkipIfNotExists(ref reader);
        string? schema = reader.Skip("authorization") ? null : reader.Name()?.Name;
        var changes = new List<SchemaChange> { new(ChangeKind.Other) };
        while (reader.SkipTo("create"))
        {
            changes.AddRange(Read(ref reader).Select(c => c with { Table = InSchema(c.Table), Name = InSchema(c.Name) }));
        }

        return changes;

        SqlName? InSchema(SqlName? name) => name is { Schema: null } ? name with { Schema = schema } : name;
    }

    private static SchemaChange Index(ref StatementReader reader, bool isUnique)
    {
        bool isConcurrent = reader.Skip("concurrently");
        SkipIfNotExists(ref reader);
        SqlName? name = reader.Is("on") ? null : reader.Name();
        reader.Skip("on");
        SqlName? table = TableNames.Read(ref reader);
        return new SchemaChange(ChangeKind.CreateIndex, table)
        {
            // An index is in the schema of its table.
            Name = name is null ? null : new SqlName(table?.Schema, name.Name),
            IsConcurrent = isConcurrent,
            Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share,
            StatementName = isUnique ? "CREATE UNIQUE INDEX" : "CREATE INDEX",
        };
    }

    private static SchemaChange AlterTable(SqlName? table, TableLock mode, string statementName) => new(ChangeKind.AlterTable, table) { Lock = mode, StatementName = statementName };

    // A table can have the name "if".
    private static void SkipIfNotExists(ref StatementReader reader)
    {
        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }
    }
}
