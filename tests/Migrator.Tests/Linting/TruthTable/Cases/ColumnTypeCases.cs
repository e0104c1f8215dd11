using static Migrator.Tests.Linting.TruthTable.Setups;

namespace Migrator.Tests.Linting.TruthTable.Cases;

/// <summary>Cases about ALTER COLUMN … TYPE.</summary>
internal static class ColumnTypeCases
{
    private const string Utc = Table + "\nSET timezone = 'UTC';";
    private const string Berlin = Table + "\nSET timezone = 'Europe/Berlin';";
    private const string Short = "CREATE TABLE t (id int, at timestamp(3), span interval(3), bits varbit(5), fixed char(5), net cidr, j json, d date, arr varchar(5)[]);\nINSERT INTO t (id, fixed) SELECT i, 'x' FROM generate_series(1, 200) i;";

    public static IReadOnlyList<TruthCase> All { get; } =
    [
        new("type-int-to-bigint", Table, "ALTER TABLE t ALTER COLUMN a TYPE bigint") { Covers = "AT_AlterColumnType" },
        new("type-int-to-bigint-with-index", Indexed, "ALTER TABLE t ALTER COLUMN a TYPE bigint") { Covers = "AT_AlterColumnType AT_ReAddIndex" },
        new("type-int-to-int", Table, "ALTER TABLE t ALTER COLUMN a TYPE int"),
        new("type-int-to-int-using-itself", Table, "ALTER TABLE t ALTER COLUMN a TYPE int USING a"),
        new("type-int-to-int-using-other-column", Table, "ALTER TABLE t ALTER COLUMN a TYPE int USING b"),
        new("type-varchar-to-domain", Table + "\nCREATE DOMAIN email AS varchar(20);", "ALTER TABLE t ALTER COLUMN v TYPE email"),
        new("type-int-to-text", Table, "ALTER TABLE t ALTER COLUMN a TYPE text"),
        new("type-int-to-numeric", Table, "ALTER TABLE t ALTER COLUMN a TYPE numeric"),
        new("type-varchar-longer", Table, "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)") { Covers = "AT_AlterColumnType" },
        new("type-varchar-longer-with-index", Table + "\nCREATE INDEX t_v ON t (v);", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)") { Covers = "AT_ReAddIndex" },
        new("type-varchar-longer-with-check", Table + "\nALTER TABLE t ADD CONSTRAINT v_check CHECK (v <> '');", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)") { Covers = "AT_ReAddConstraint" },
        new("type-varchar-longer-with-comment", Table + "\nALTER TABLE t ADD CONSTRAINT v_unique UNIQUE (id, v);\nCOMMENT ON CONSTRAINT v_unique ON t IS 'x';", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)") { Covers = "AT_ReAddIndex AT_ReAddComment" },
        new("type-varchar-longer-with-statistics", Table + "\nCREATE STATISTICS t_stats ON a, v FROM t;", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)") { Covers = "AT_ReAddStatistics" },
        new("type-varchar-longer-partial-index", Table + "\nCREATE INDEX t_v ON t (id) WHERE v <> '';", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)"),
        new("type-varchar-longer-expression-index", Table + "\nCREATE INDEX t_v ON t (lower(v));", "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)"),
        new("type-varchar-shorter", Table, "ALTER TABLE t ALTER COLUMN v TYPE varchar(5)"),
        new("type-varchar-without-length", Table, "ALTER TABLE t ALTER COLUMN v TYPE varchar"),
        new("type-varchar-to-text", Table, "ALTER TABLE t ALTER COLUMN v TYPE text"),
        new("type-varchar-to-text-with-index", Table + "\nCREATE INDEX t_v ON t (v);", "ALTER TABLE t ALTER COLUMN v TYPE text"),
        new("type-varchar-to-text-using-cast", Table, "ALTER TABLE t ALTER COLUMN v TYPE text USING v::text"),
        new("type-varchar-to-text-using-expression", Table, "ALTER TABLE t ALTER COLUMN v TYPE text USING v || ''"),
        new("type-text-to-varchar", Table, "ALTER TABLE t ALTER COLUMN txt TYPE varchar(20)"),
        new("type-text-to-varchar-without-length", Table, "ALTER TABLE t ALTER COLUMN txt TYPE varchar"),
        new("type-text-collation", Table, "ALTER TABLE t ALTER COLUMN txt TYPE text COLLATE \"C\""),
        new("type-text-collation-with-index", Table + "\nCREATE INDEX t_txt ON t (txt);", "ALTER TABLE t ALTER COLUMN txt TYPE text COLLATE \"C\""),
        new("type-numeric-wider", Table, "ALTER TABLE t ALTER COLUMN n TYPE numeric(12, 2)"),
        new("type-numeric-scale", Table, "ALTER TABLE t ALTER COLUMN n TYPE numeric(12, 4)"),
        new("type-numeric-without-precision", Table, "ALTER TABLE t ALTER COLUMN n TYPE numeric"),
        new("type-timestamp-to-timestamptz-utc", Utc, "ALTER TABLE t ALTER COLUMN at TYPE timestamptz"),
        new("type-timestamp-to-timestamptz-local", Berlin, "ALTER TABLE t ALTER COLUMN at TYPE timestamptz"),
        new("type-timestamp-precision-higher", Short, "ALTER TABLE t ALTER COLUMN at TYPE timestamp(6)"),
        new("type-timestamp-precision-lower", Short, "ALTER TABLE t ALTER COLUMN at TYPE timestamp(0)"),
        new("type-interval-precision-higher", Short, "ALTER TABLE t ALTER COLUMN span TYPE interval(6)"),
        new("type-varbit-longer", Short, "ALTER TABLE t ALTER COLUMN bits TYPE varbit(10)"),
        new("type-char-longer", Short, "ALTER TABLE t ALTER COLUMN fixed TYPE char(10)"),
        new("type-char-to-text", Short, "ALTER TABLE t ALTER COLUMN fixed TYPE text"),
        new("type-cidr-to-inet", Short, "ALTER TABLE t ALTER COLUMN net TYPE inet"),
        new("type-json-to-jsonb", Short, "ALTER TABLE t ALTER COLUMN j TYPE jsonb"),
        new("type-date-to-timestamp", Short, "ALTER TABLE t ALTER COLUMN d TYPE timestamp"),
        new("type-int-to-oid", Short, "ALTER TABLE t ALTER COLUMN id TYPE oid"),
        new("type-oid-to-regclass", "CREATE TABLE t (id oid);\nINSERT INTO t VALUES (1259);", "ALTER TABLE t ALTER COLUMN id TYPE regclass"),
        new("type-bit-to-varbit", "CREATE TABLE t (b bit(3));\nINSERT INTO t VALUES ('101');", "ALTER TABLE t ALTER COLUMN b TYPE varbit"),
        new("type-xml-to-text", "CREATE TABLE t (x xml);\nINSERT INTO t VALUES (NULL);", "ALTER TABLE t ALTER COLUMN x TYPE text"),
        new("type-timestamptz-to-timestamp", "SET timezone = 'Europe/Berlin';\nCREATE TABLE t (at timestamptz);\nINSERT INTO t VALUES (now());", "ALTER TABLE t ALTER COLUMN at TYPE timestamp"),
        new("type-char-to-same-char", Short, "ALTER TABLE t ALTER COLUMN fixed TYPE char(5)"),
        new("type-array-longer", Short, "ALTER TABLE t ALTER COLUMN arr TYPE varchar(10)[]"),
        new("type-to-domain", Typed, "ALTER TABLE t ALTER COLUMN id TYPE positive"),
        new("type-to-domain-with-check", Typed, "ALTER TABLE t ALTER COLUMN id TYPE checked"),
        new("type-enum-to-text", Typed, "ALTER TABLE t ALTER COLUMN m TYPE text"),
        new("type-with-foreign-key", ForeignKey, "ALTER TABLE t ALTER COLUMN a TYPE bigint") { Covers = "AT_ReAddConstraint" },
        new("type-of-referenced-key", ForeignKey, "ALTER TABLE other ALTER COLUMN id TYPE bigint"),
        new("type-with-primary-key", Other, "ALTER TABLE other ALTER COLUMN id TYPE bigint"),
        new("type-partitioned", Partitioned, "ALTER TABLE parent ALTER COLUMN a TYPE bigint"),
        new("type-inherited", Inherited, "ALTER TABLE ancestor ALTER COLUMN a TYPE bigint"),
        new("type-with-view", View, "ALTER TABLE t ALTER COLUMN a TYPE bigint"),
        new("type-of-virtual-generated", "CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 2) VIRTUAL);\nINSERT INTO t SELECT i FROM generate_series(1, 200) i;", "ALTER TABLE t ALTER COLUMN g TYPE bigint") { From = 18 },
        new("type-attribute-of-composite", Typed, "ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint"),
        new("type-attribute-of-composite-with-domain", "CREATE TYPE pair AS (x int, y int);\nCREATE DOMAIN pairs AS pair CHECK ((VALUE).x > 0);", "ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint") { Covers = "AT_ReAddDomainConstraint" },
        new("add-attribute-to-composite", Typed, "ALTER TYPE pair ADD ATTRIBUTE z int"),
        new("rename-attribute-of-composite", Typed, "ALTER TYPE pair RENAME ATTRIBUTE x TO z"),
        new("add-attribute-to-type-of-table", "CREATE TYPE pair AS (x int, y int);\nCREATE TABLE t OF pair;\nINSERT INTO t SELECT i, i FROM generate_series(1, 200) i;", "ALTER TYPE pair ADD ATTRIBUTE z int CASCADE"),
    ];
}
