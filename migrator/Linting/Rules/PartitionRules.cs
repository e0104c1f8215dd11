using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>Rules about partitions and partitioned tables.</summary>
internal static class PartitionRules
{
    private const string Maintenance = "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE";

    public static readonly LintRule Attach = new(
        "attach-partition-without-check",
        LintSeverity.Error,
        "ATTACH PARTITION reads every row of the new partition under an ACCESS EXCLUSIVE lock on it, unless a valid CHECK constraint proves that all rows belong to the partition. It also creates the indexes and foreign keys that the new partition lacks.",
        "Create the indexes of the partitioned table on the new partition with CREATE INDEX CONCURRENTLY, and its foreign keys NOT VALID and then VALIDATE. Add a CHECK constraint with the bounds of the partition NOT VALID (with IS NOT NULL for the columns of the key), VALIDATE it in a later script, then ATTACH, and drop the constraint.",
        Maintenance);

    public static readonly LintRule DefaultPartition = new(
        "default-partition-scan",
        LintSeverity.Error,
        "A new partition makes PostgreSQL read every row of the DEFAULT partition under an ACCESS EXCLUSIVE lock on it, unless a valid CHECK constraint proves that no row belongs to the new partition.",
        "Add a CHECK constraint to the DEFAULT partition that excludes the bounds of the new partition NOT VALID, VALIDATE it in a later script, then add the partition, and drop the constraint. Create partitions before they are needed, so that the DEFAULT partition stays empty.",
        Maintenance);

    public static readonly LintRule Detach = new(
        "detach-partition-without-concurrently",
        LintSeverity.Warning,
        "DETACH PARTITION acquires an ACCESS EXCLUSIVE lock on the partitioned table. The statement waits for all running queries on the table, and all later queries wait for the statement. Queries no longer find the rows of the partition.",
        "Use DETACH PARTITION … CONCURRENTLY (PostgreSQL 14 and later, no DEFAULT partition) in a separate script whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION");

    public static readonly LintRule Concurrently = new(
        "concurrently-on-partitioned-table",
        LintSeverity.Error,
        "PostgreSQL refuses to create or drop an index of a partitioned table CONCURRENTLY (SQLSTATE 0A000).",
        "Use CREATE INDEX … ON ONLY the partitioned table, CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX … ATTACH PARTITION for each of them.",
        Maintenance)
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule ForeignKey = new(
        "foreign-key-on-partitioned-table",
        LintSeverity.Warning,
        "PostgreSQL 17 and older versions refuse ADD FOREIGN KEY … NOT VALID on a partitioned table (SQLSTATE 42809).",
        "Before PostgreSQL 18, add the foreign key NOT VALID to each partition, VALIDATE each of them in later scripts, and then add the foreign key to the partitioned table.",
        "https://www.postgresql.org/docs/18/release-18.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.Changes)
        {
            LintTables tables = statement.Schema.Tables;
            switch (change)
            {
                case { Kind: ChangeKind.AttachPartition, Other: { } partition } when IsInUse(statement, partition) && !statement.Schema.HasValidCheck(partition):
                    yield return new RuleMatch(Attach, $"ATTACH PARTITION blocks reads and writes on {DisplayName.Of(partition)} until every row is checked", change with { Table = partition }) { Question = LintQuestion.HasCheck };
                    break;
                case { Kind: ChangeKind.AttachPartition, Other: { } partition } when IsInUse(statement, partition) && Missing(statement, change, partition) is { } work:
                    yield return new RuleMatch(Attach, $"ATTACH PARTITION blocks reads and writes on {DisplayName.Of(partition)} until {work}", change with { Table = partition });
                    break;
                case { Kind: ChangeKind.DetachPartition, IsConcurrent: false, Table: { } parent } when statement.IsInUse(change) && statement.Schema.Relations.Referencing(parent).FirstOrDefault() is { } referencing:
                    yield return new RuleMatch(Detach, $"DETACH PARTITION blocks reads and writes on {DisplayName.Of(parent)} and {DisplayName.Of(referencing)} until every row of {DisplayName.Of(referencing)} is checked", change) { Severity = LintSeverity.Error };
                    break;
                case { Kind: ChangeKind.DetachPartition, IsConcurrent: false } when statement.IsInUse(change):
                    yield return new RuleMatch(Detach, $"DETACH PARTITION blocks reads and writes on {DisplayName.Of(change.Table)} while it waits for running queries", change);
                    break;
                case { Kind: ChangeKind.CreateIndex, IsConcurrent: true, Table: { } table } when statement.IsInUse(change) && tables.IsPartitioned(table) == true && !change.IsOnly:
                    yield return new RuleMatch(Concurrently, $"{DisplayName.Of(table)} is partitioned, and PostgreSQL refuses {change.StatementName} CONCURRENTLY on it", change);
                    break;
                case { Kind: ChangeKind.AddForeignKey, IsNotValid: true, Table: { } table } when statement.IsInUse(change) && tables.IsPartitioned(table) == true:
                    yield return new RuleMatch(ForeignKey, $"{DisplayName.Of(table)} is partitioned, and PostgreSQL 17 and older versions refuse a foreign key that is NOT VALID on it", change);
                    break;
            }

            if (change is { Kind: ChangeKind.AttachPartition or ChangeKind.CreatePartition, IsDefaultPartition: false } && ScanOfDefault(statement, change) is { } scan)
            {
                yield return scan;
            }
        }
    }

    // A partition has the indexes and the foreign keys of its parent. PostgreSQL creates those that it lacks.
    private static string? Missing(LintedStatement statement, SchemaChange attach, SqlName partition)
    {
        if (attach.Table is not { } parent)
        {
            return null;
        }

        LintSchema schema = statement.Schema;
        return schema.NewTables.IndexesOf(parent).Any(i => !schema.Tables.HasIndex(partition, i)) ? $"the indexes of {DisplayName.Of(parent)} that it lacks are built"
            : schema.Relations.ForeignKeysOf(parent).Any(k => !schema.Relations.HasEqual(partition, k)) ? $"every row is checked for the foreign keys of {DisplayName.Of(parent)}"
            : null;
    }

    // If the scripts create the partitioned table, they also show its default partition. Otherwise the table may have one.
    private static RuleMatch? ScanOfDefault(LintedStatement statement, SchemaChange change)
    {
        if (change.Table is not { } parent || !statement.IsInUse(change))
        {
            return null;
        }

        if (statement.Schema.Relations.DefaultPartitionOf(parent) is { } found)
        {
            return statement.Schema.HasValidCheck(found) || !IsInUse(statement, found) ? null
                : new RuleMatch(DefaultPartition, $"{change.StatementName} blocks reads and writes on {DisplayName.Of(found)}, the DEFAULT partition of {DisplayName.Of(parent)}, until every row is checked", change with { Table = found });
        }

        return statement.Schema.Tables.IsPartitioned(parent) is not null ? null
            : new RuleMatch(DefaultPartition, $"if {DisplayName.Of(parent)} has a DEFAULT partition, {change.StatementName} blocks reads and writes on it until every row is checked", change)
            {
                Severity = LintSeverity.Warning,
                Question = LintQuestion.DefaultPartition,
            };
    }

    private static bool IsInUse(LintedStatement statement, SqlName table) => !statement.Schema.NewTables.Contains(table);
}
