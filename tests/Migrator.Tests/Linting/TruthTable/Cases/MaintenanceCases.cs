using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about VACUUM and similar commands, TRUNCATE, LOCK, and changes of rows.</summary>
internal static class MaintenanceCases
{
    private const string Serial = "CREATE TABLE t (id serial, a int);\nINSERT INTO t (a) SELECT i FROM generate_series(1, 200) i;";

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("vacuum", Indexed, "VACUUM t") { RunsOutsideTransaction = true },
        new("vacuum-analyze", Indexed, "VACUUM (ANALYZE) t") { RunsOutsideTransaction = true },
        new("vacuum-full", Indexed, "VACUUM FULL t") { RunsOutsideTransaction = true },
        new("analyze", Indexed, "ANALYZE t"),
        new("analyze-partitioned", Partitioned, "ANALYZE parent"),
        new("cluster-using", Indexed, "CLUSTER t USING t_a"),
        new("cluster-table", Indexed + "\nALTER TABLE t CLUSTER ON t_a;", "CLUSTER t"),
        new("cluster-partitioned", Partitioned + "\nCREATE INDEX parent_a ON parent (a);", "CLUSTER parent USING parent_a") { From = 15, RunsOutsideTransaction = true },
        new("refresh-materialized-view", MaterializedView, "REFRESH MATERIALIZED VIEW overview"),
        new("refresh-materialized-view-concurrently", MaterializedView, "REFRESH MATERIALIZED VIEW CONCURRENTLY overview"),
        new("refresh-materialized-view-with-no-data", MaterializedView, "REFRESH MATERIALIZED VIEW overview WITH NO DATA"),
        new("truncate", Table, "TRUNCATE t"),
        new("truncate-only", Inherited, "TRUNCATE ONLY ancestor"),
        new("truncate-inherited", Inherited, "TRUNCATE ancestor"),
        new("truncate-cascade", ForeignKey, "TRUNCATE other CASCADE"),
        new("truncate-restart-identity", Serial, "TRUNCATE t RESTART IDENTITY"),
        new("lock-table", Table, "LOCK TABLE t"),
        new("lock-table-share", Table, "LOCK TABLE t IN SHARE MODE"),
        new("lock-table-exclusive", Table, "LOCK t IN EXCLUSIVE MODE NOWAIT"),
        new("lock-table-partitioned", Partitioned, "LOCK TABLE parent IN SHARE ROW EXCLUSIVE MODE"),
        new("lock-table-two", Two, "LOCK TABLE t, other IN ACCESS EXCLUSIVE MODE"),
        new("lock-view", View, "LOCK TABLE short IN SHARE MODE"),
        new("select", Table, "SELECT count(*) FROM t"),
        new("select-for-update", Table, "SELECT FROM t WHERE a = 1 FOR UPDATE"),
        new("insert", Table, "INSERT INTO t (id) VALUES (1)"),
        new("insert-referencing", ForeignKey, "INSERT INTO t (id, a) VALUES (1, 1)"),
        new("update", Table, "UPDATE t SET a = 1"),
        new("delete", Table, "DELETE FROM t WHERE a = 1"),
        new("delete-referenced", ForeignKey + "\nDELETE FROM t WHERE a = 1;", "DELETE FROM other WHERE id = 1"),
        new("merge", Two, "MERGE INTO t USING other ON t.id = other.id WHEN MATCHED THEN UPDATE SET a = 1") { From = 15 },
        new("setval", Serial, "SELECT setval('t_id_seq', 500)"),
    ];
}
