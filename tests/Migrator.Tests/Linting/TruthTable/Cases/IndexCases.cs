using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about indexes and extended statistics.</summary>
internal static class IndexCases
{
    private const string PartitionedIndex = Partitioned + "\nCREATE INDEX parent_a ON parent (a);";
    private const string OnlyParent = Partitioned + "\nCREATE INDEX parent_a ON ONLY parent (a);\nCREATE INDEX part_a ON part (a);\nCREATE INDEX part2_a ON part2 (a);";

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("create-index", Table, "CREATE INDEX i ON t (a)"),
        new("create-index-unique", Table, "CREATE UNIQUE INDEX i ON t (id)"),
        new("create-index-partial", Table, "CREATE INDEX i ON t (a) WHERE a > 100"),
        new("create-index-if-not-exists-existing", Indexed, "CREATE INDEX IF NOT EXISTS t_a ON t (a)"),
        new("create-index-concurrently", Table, "CREATE INDEX CONCURRENTLY i ON t (a)") { RunsOutsideTransaction = true },
        new("create-index-concurrently-unique", Table, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)") { RunsOutsideTransaction = true },
        new("create-index-partitioned", Partitioned, "CREATE INDEX i ON parent (a)"),
        new("create-index-partitioned-matching", Partitioned + "\nCREATE INDEX part_a ON part (a);\nCREATE INDEX part2_a ON part2 (a);", "CREATE INDEX i ON parent (a)"),
        new("create-index-only-parent", Partitioned, "CREATE INDEX i ON ONLY parent (a)"),
        new("create-index-materialized-view", MaterializedView, "CREATE INDEX i ON overview (a)"),
        new("drop-index", Indexed, "DROP INDEX t_a"),
        new("drop-index-concurrently", Indexed, "DROP INDEX CONCURRENTLY t_a") { RunsOutsideTransaction = true },
        new("drop-index-partitioned", PartitionedIndex, "DROP INDEX parent_a"),
        new("drop-index-if-exists-missing", Table, "DROP INDEX IF EXISTS missing"),
        new("reindex-index", Indexed, "REINDEX INDEX t_a"),
        new("reindex-table", Indexed, "REINDEX TABLE t"),
        new("reindex-table-without-index", Table, "REINDEX TABLE t"),
        new("reindex-index-concurrently", Indexed, "REINDEX INDEX CONCURRENTLY t_a") { RunsOutsideTransaction = true },
        new("reindex-table-concurrently", Indexed, "REINDEX TABLE CONCURRENTLY t") { RunsOutsideTransaction = true },
        new("reindex-schema", Indexed, "REINDEX SCHEMA truth") { RunsOutsideTransaction = true },
        new("reindex-partitioned-table", PartitionedIndex, "REINDEX TABLE parent") { From = 14, RunsOutsideTransaction = true },
        new("alter-index-rename", Indexed, "ALTER INDEX t_a RENAME TO renamed"),
        new("alter-table-rename-index", Indexed, "ALTER TABLE t_a RENAME TO renamed"),
        new("alter-index-set-tablespace", Indexed, "ALTER INDEX t_a SET TABLESPACE fast") { Covers = "AT_SetTableSpace" },
        new("alter-index-set-fillfactor", Indexed, "ALTER INDEX t_a SET (fillfactor = 80)") { Covers = "AT_SetRelOptions" },
        new("alter-index-set-deduplicate-items", Indexed, "ALTER INDEX t_a SET (deduplicate_items = off)") { Covers = "AT_SetRelOptions" },
        new("alter-index-set-fastupdate", Table + "\nCREATE INDEX t_v ON t USING gin (to_tsvector('english', txt));", "ALTER INDEX t_v SET (fastupdate = off)") { Covers = "AT_SetRelOptions" },
        new("alter-index-reset-fillfactor", Indexed, "ALTER INDEX t_a RESET (fillfactor)") { Covers = "AT_ResetRelOptions" },
        new("alter-index-set-statistics", Table + "\nCREATE INDEX t_a ON t ((a + b));", "ALTER INDEX t_a ALTER COLUMN 1 SET STATISTICS 100") { Covers = "AT_SetStatistics" },
        new("alter-index-attach-partition", OnlyParent, "ALTER INDEX parent_a ATTACH PARTITION part_a") { Covers = "AT_AttachPartition" },
        new("alter-index-attach-last-partition", OnlyParent + "\nALTER INDEX parent_a ATTACH PARTITION part_a;", "ALTER INDEX parent_a ATTACH PARTITION part2_a"),
        new("alter-index-depends-on-extension", Indexed, "ALTER INDEX t_a DEPENDS ON EXTENSION plpgsql"),
        new("create-statistics", Table, "CREATE STATISTICS s ON a, b FROM t"),
        new("alter-statistics", Table + "\nCREATE STATISTICS s ON a, b FROM t;", "ALTER STATISTICS s SET STATISTICS 100"),
        new("drop-statistics", Table + "\nCREATE STATISTICS s ON a, b FROM t;", "DROP STATISTICS s"),
    ];
}
