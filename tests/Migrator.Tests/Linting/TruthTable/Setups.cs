namespace Migrator.Tests.Linting.TruthTable;

/// <summary>The tables of the cases. A table has rows, so that the server counts a scan.</summary>
internal static class Setups
{
    /// <summary>A table without indexes, and a trigger function.</summary>
    public const string Table = """
        CREATE TABLE t (id int NOT NULL, a int, b int, v varchar(10), n numeric(8, 2), txt text, at timestamp);
        INSERT INTO t SELECT i, i, i, 'v', i, 'x', '2025-01-01' FROM generate_series(1, 200) i;
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
        """;

    /// <summary><see cref="Table"/> with an index on the column a.</summary>
    public const string Indexed = Table + "\nCREATE INDEX t_a ON t (a);";

    /// <summary>A second table, with a primary key.</summary>
    public const string Other = """
        CREATE TABLE other (id int PRIMARY KEY, a int);
        INSERT INTO other SELECT i, i FROM generate_series(1, 200) i;
        """;

    /// <summary>Two tables without a foreign key.</summary>
    public const string Two = Other + "\n" + Table;

    /// <summary>Two tables, with the foreign key t_fk from t to other.</summary>
    public const string ForeignKey = Two + "\nALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES other (id);";

    /// <summary>A partitioned table with two partitions.</summary>
    public const string Partitioned = """
        CREATE TABLE parent (id int NOT NULL, a int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (1000);
        CREATE TABLE part2 PARTITION OF parent FOR VALUES FROM (1000) TO (2000);
        INSERT INTO parent SELECT i, i FROM generate_series(900, 1100) i;
        """;

    /// <summary><see cref="Partitioned"/> with a default partition.</summary>
    public const string WithDefaultPartition = Partitioned + """

        CREATE TABLE part_default PARTITION OF parent DEFAULT;
        INSERT INTO parent SELECT i, i FROM generate_series(5000, 5100) i;
        """;

    /// <summary>A table that can become a partition for the values from 2000 to 3000.</summary>
    public const string FuturePartition = """

        CREATE TABLE future (id int NOT NULL, a int);
        INSERT INTO future SELECT i, i FROM generate_series(2000, 2100) i;
        """;

    /// <summary>A table and a child that inherits from it.</summary>
    public const string Inherited = """
        CREATE TABLE ancestor (id int NOT NULL, a int);
        CREATE TABLE child () INHERITS (ancestor);
        INSERT INTO ancestor SELECT i, i FROM generate_series(1, 100) i;
        INSERT INTO child SELECT i, i FROM generate_series(101, 200) i;
        """;

    /// <summary>A materialized view with a unique index, over the table t.</summary>
    public const string MaterializedView = Table + """

        CREATE MATERIALIZED VIEW overview AS SELECT id, a FROM t;
        CREATE UNIQUE INDEX overview_id ON overview (id);
        """;

    /// <summary>A view over the table t.</summary>
    public const string View = Table + "\nCREATE VIEW short AS SELECT id, a FROM t;";

    /// <summary>A table with a trigger and a rule.</summary>
    public const string Triggered = Table + """

        CREATE TRIGGER t_note BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
        CREATE RULE t_rule AS ON DELETE TO t DO INSTEAD NOTHING;
        CREATE POLICY t_policy ON t USING (a > 0);
        """;

    /// <summary>A table with a column of a domain and a column of an enum type.</summary>
    public const string Typed = """
        CREATE DOMAIN positive AS int;
        CREATE DOMAIN checked AS int CHECK (VALUE > 0);
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TYPE pair AS (x int, y int);
        CREATE TABLE t (id int, p positive, m mood, q pair);
        INSERT INTO t SELECT i, i, 'sad', ROW(i, i)::pair FROM generate_series(1, 200) i;
        """;

    /// <summary>What all cases of a server share: the objects that do not belong to a schema.</summary>
    public const string Server = """
        CREATE ROLE second;
        CREATE FOREIGN DATA WRAPPER wrapper;
        CREATE SERVER remote FOREIGN DATA WRAPPER wrapper;
        CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
        CREATE SCHEMA elsewhere;
        """;
}
