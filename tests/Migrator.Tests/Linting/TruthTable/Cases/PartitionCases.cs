using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about partitions.</summary>
internal static class PartitionCases
{
    private const string Future = Partitioned + FuturePartition;
    private const string FutureWithDefault = WithDefaultPartition + FuturePartition;
    private const string Proof = "\nALTER TABLE future ADD CONSTRAINT proof CHECK (id >= 2000 AND id < 3000);";
    private const string Attach = "ALTER TABLE parent ATTACH PARTITION future FOR VALUES FROM (2000) TO (3000)";
    private const string Detach = "ALTER TABLE parent DETACH PARTITION part";

    // The first transaction of DETACH CONCURRENTLY has committed, and the second one has not.
    private const string HalfDetached = Partitioned + "\nUPDATE pg_catalog.pg_inherits SET inhdetachpending = true WHERE inhrelid = 'part'::regclass;";

    private const string Referenced = """
        CREATE TABLE parent (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (1000);
        CREATE TABLE part2 PARTITION OF parent FOR VALUES FROM (1000) TO (2000);
        INSERT INTO parent SELECT i, i FROM generate_series(900, 1100) i;
        CREATE TABLE referencing (a int REFERENCES parent);
        INSERT INTO referencing SELECT i FROM generate_series(1000, 1100) i;
        """;

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("attach-partition", Future, Attach) { Covers = "AT_AttachPartition" },
        new("attach-partition-proven", Future + Proof, Attach) { Covers = "AT_AttachPartition" },
        new("attach-partition-with-default", FutureWithDefault + Proof, Attach) { Covers = "AT_AttachPartition" },
        new("attach-partition-with-default-proven", FutureWithDefault + Proof + "\nALTER TABLE part_default ADD CONSTRAINT proof CHECK (id >= 3000);", Attach) { Covers = "AT_AttachPartition" },
        new("attach-partition-with-index", Future + Proof + "\nCREATE INDEX parent_a ON parent (a);", Attach),
        new("attach-partition-with-matching-index", Future + Proof + "\nCREATE INDEX parent_a ON parent (a);\nCREATE INDEX future_a ON future (a);", Attach),
        new("attach-partition-with-foreign-key", Other + "\nINSERT INTO other SELECT i, i FROM generate_series(201, 3000) i;\n" + Future + Proof + "\nALTER TABLE parent ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id);", Attach),
        new("attach-partition-with-matching-foreign-key", Other + "\nINSERT INTO other SELECT i, i FROM generate_series(201, 3000) i;\n" + Future + Proof + "\nALTER TABLE parent ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id);\nALTER TABLE future ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id);", Attach),
        new("attach-partition-as-default", Future + "\nALTER TABLE future ADD CONSTRAINT proof CHECK (id >= 2000);", "ALTER TABLE parent ATTACH PARTITION future DEFAULT"),
        new("attach-partition-nested", Future + "\nCREATE TABLE middle (id int NOT NULL, a int) PARTITION BY RANGE (id);\nALTER TABLE middle ATTACH PARTITION future FOR VALUES FROM (2000) TO (3000);", "ALTER TABLE parent ATTACH PARTITION middle FOR VALUES FROM (2000) TO (3000)"),
        new("detach-partition", Partitioned, Detach) { Covers = "AT_DetachPartition" },
        new("detach-partition-with-default", WithDefaultPartition, Detach) { Covers = "AT_DetachPartition" },
        new("detach-partition-referenced", Referenced, "ALTER TABLE parent DETACH PARTITION part") { Covers = "AT_DetachPartition" },
        new("detach-partition-concurrently", Partitioned, Detach + " CONCURRENTLY") { From = 14, Covers = "AT_DetachPartition", RunsOutsideTransaction = true },
        new("detach-partition-concurrently-with-default", WithDefaultPartition, Detach + " CONCURRENTLY") { From = 14, Covers = "AT_DetachPartition", RunsOutsideTransaction = true },
        new("detach-partition-finalize", HalfDetached, Detach + " FINALIZE") { From = 14, Covers = "AT_DetachPartitionFinalize" },
        new("create-partition", Partitioned, "CREATE TABLE part3 PARTITION OF parent FOR VALUES FROM (2000) TO (3000)"),
        new("create-partition-with-default", WithDefaultPartition, "CREATE TABLE part3 PARTITION OF parent FOR VALUES FROM (2000) TO (3000)"),
        new("create-partition-with-default-proven", WithDefaultPartition + "\nALTER TABLE part_default ADD CONSTRAINT proof CHECK (id >= 3000);", "CREATE TABLE part3 PARTITION OF parent FOR VALUES FROM (2000) TO (3000)"),
        new("create-default-partition", Partitioned, "CREATE TABLE part_default PARTITION OF parent DEFAULT"),
        new("create-partition-referenced", Referenced, "CREATE TABLE part3 PARTITION OF parent FOR VALUES FROM (2000) TO (3000)"),
        new("create-partition-with-foreign-key", Other + "\nCREATE TABLE parent (id int NOT NULL, a int REFERENCES other) PARTITION BY RANGE (id);", "CREATE TABLE part3 PARTITION OF parent FOR VALUES FROM (2000) TO (3000)"),
        new("drop-partition", Partitioned, "DROP TABLE part"),
        new("drop-partition-with-default", WithDefaultPartition, "DROP TABLE part"),
        new("drop-partitioned-table", Partitioned, "DROP TABLE parent"),
        new("truncate-partitioned-table", Partitioned, "TRUNCATE parent"),
    ];
}
