namespace Migrator.Tests.Linting;

/// <summary>Scripts that break each rule, and the safer ways. The tests lint the scripts, and also run them on PostgreSQL.</summary>
public static class RuleCases
{
    /// <summary>The schema before the scripts run.</summary>
    public const string Schema = """
        CREATE TABLE customers (id int PRIMARY KEY, email text);
        CREATE TABLE orders (id int NOT NULL, a int, v varchar(10), n numeric(8, 2), t text, customer_id int, old int, at timestamp);
        CREATE INDEX orders_old ON orders (old);
        CREATE MATERIALIZED VIEW overview AS SELECT id FROM orders;
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE feelings (m mood);
        CREATE TABLE events (at date NOT NULL, v int) PARTITION BY RANGE (at);
        CREATE TABLE events_default PARTITION OF events DEFAULT;
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE events_2026 (at date NOT NULL, v int);
        CREATE TABLE logs (at date NOT NULL, customer_id int) PARTITION BY RANGE (at);
        CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
        CREATE DOMAIN word AS text;
        CREATE TABLE contacts (mail email, w word);
        CREATE VIEW totals AS SELECT count(*) AS n FROM orders;
        CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE SCHEMA archive;
        """;

    private const string Access = "ACCESS EXCLUSIVE";

    /// <summary>Scripts that break a rule.</summary>
    public static IReadOnlyList<RuleCase> Bad { get; } =
    [
        new("index-without-concurrently", "CREATE INDEX i ON orders (a);") { Lock = "SHARE", Reads = true },
        new("index-without-concurrently", "create unique index if not exists i on only public.orders using btree (id) where id > 0;") { Lock = "SHARE", Reads = true },
        new("drop-index-without-concurrently", "DROP INDEX orders_old;") { Severity = "warning", Lock = Access },
        new("reindex-without-concurrently", "REINDEX TABLE orders;") { Lock = "SHARE" },
        new("foreign-key-without-not-valid", "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id);") { Lock = "SHARE ROW EXCLUSIVE", Reads = true },
        new("foreign-key-without-not-valid", "ALTER TABLE orders ADD COLUMN c int DEFAULT 1 REFERENCES customers;") { Lock = Access, Reads = true },
        new("check-without-not-valid", "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0);") { Lock = Access, Reads = true },
        new("check-without-not-valid", "ALTER TABLE orders ADD COLUMN c int CHECK (c > 0);") { Lock = Access, Reads = true },
        new("validate-in-same-transaction", "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT ck;") { Lock = Access, Reads = true },
        new("unique-without-using-index", "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id);") { Lock = Access, Reads = true },
        new("unique-without-using-index", "ALTER TABLE orders ADD PRIMARY KEY (id);") { Lock = Access, Reads = true },
        new("unique-without-using-index", "ALTER TABLE orders ADD c int UNIQUE;") { Lock = Access, Reads = true },
        new("exclusion-constraint", "ALTER TABLE orders ADD CONSTRAINT x EXCLUDE USING btree (id WITH =);") { Severity = "warning", Lock = Access, Reads = true },
        new("set-not-null-without-check", "ALTER TABLE orders ALTER COLUMN a SET NOT NULL;") { Lock = Access, Reads = true },
        new("volatile-default", "ALTER TABLE orders ADD COLUMN u uuid DEFAULT gen_random_uuid();") { Lock = Access, Rewrites = true },
        new("volatile-default", "ALTER TABLE orders ADD COLUMN IF NOT EXISTS u timestamptz NOT NULL DEFAULT (clock_timestamp());") { Lock = Access, Rewrites = true },
        new("stored-generated-column", "ALTER TABLE orders ADD COLUMN g int GENERATED ALWAYS AS (a * 2) STORED;") { Lock = Access, Rewrites = true },
        new("serial-column", "ALTER TABLE orders ADD COLUMN s bigserial;") { Lock = Access, Rewrites = true },
        new("serial-column", "ALTER TABLE orders ADD COLUMN s int GENERATED ALWAYS AS IDENTITY;") { Lock = Access, Rewrites = true },
        new("type-change", "ALTER TABLE orders ALTER COLUMN a TYPE bigint;") { Lock = Access, Rewrites = true },
        new("type-change", "ALTER TABLE orders ALTER a SET DATA TYPE text USING a::text || 'x';") { Lock = Access, Rewrites = true },
        new("type-change", "ALTER TABLE orders ALTER v TYPE date USING now();") { Lock = Access, Rewrites = true },
        new("type-change", "ALTER TABLE orders ALTER COLUMN n TYPE numeric(10, 4);") { Severity = "warning", Lock = Access, Rewrites = true },
        new("table-rewrite", "ALTER TABLE orders SET UNLOGGED;") { Lock = Access, Rewrites = true },
        new("table-rewrite", "CLUSTER orders USING orders_old;") { Lock = Access, Rewrites = true },
        new("table-rewrite", "REFRESH MATERIALIZED VIEW overview;") { Severity = "warning" },
        new("rename", "ALTER TABLE orders RENAME COLUMN a TO b;") { Lock = Access },
        new("rename", "ALTER TABLE orders RENAME a TO b;") { Lock = Access },
        new("rename", "ALTER TABLE orders RENAME TO purchases;") { Lock = Access },
        new("drop-table", "DROP MATERIALIZED VIEW overview;\nDROP VIEW totals;\nDROP TABLE IF EXISTS orders;") { Severity = "warning", Lock = Access },
        new("drop-column", "ALTER TABLE orders DROP COLUMN old;") { Severity = "warning", Lock = Access },
        new("statement-after-exclusive-lock", "ALTER TABLE orders ADD COLUMN c int;\nALTER TABLE customers ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;\nUPDATE orders SET c = a;") { Lock = Access, Reads = true },
        new("backfill-with-ddl", "UPDATE orders SET a = 1;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;\nWITH x AS (SELECT 1) DELETE FROM orders WHERE a = 1;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET lock_timeout = 0;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SELECT pg_catalog.set_config('lock_timeout', '0', true);\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET SESSION \"lock_timeout\" TO '0ms';\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET LOCAL lock_timeout = 0.4;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET lock_timeout = 0;\nSET LOCAL lock_timeout TO '1s';\nSET lock_timeout = '0 min';\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "WITH x AS (SELECT set_config('lock_timeout', '0'::text, false)) SELECT * FROM x;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "DO $$ BEGIN PERFORM set_config('lock_timeout', '0', false); END $$;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET lock_timeout = '2s';\nRESET lock_timeout;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "RESET ALL;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "SET lock_timeout TO DEFAULT;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
        new("lock-timeout-off", "DO $$ BEGIN SET LOCAL lock_timeout = 0; END $$;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
    ];

    /// <summary>Scripts that break a rule about other tables and objects than <c>orders</c>.</summary>
    public static IReadOnlyList<RuleCase> OtherBad { get; } =
    [
        new("attach-partition-without-check", "ALTER TABLE events DETACH PARTITION events_default;", "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"),
        new("default-partition-scan", "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');"),
        new("default-partition-scan", "ALTER TABLE events_2026 ADD CONSTRAINT c CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;", "ALTER TABLE events_2026 VALIDATE CONSTRAINT c;", "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"),
        new("detach-partition-without-concurrently", "ALTER TABLE logs DETACH PARTITION logs_2024;") { Severity = "warning" },
        new("foreign-key-on-partitioned-table", "ALTER TABLE logs ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;") { Severity = "warning" },
        new("domain-column", "ALTER TABLE orders ADD COLUMN mail email;"),
        new("domain-column", "ALTER TABLE orders ADD COLUMN mail public.email DEFAULT 'a@b';"),
        new("domain-constraint", "ALTER DOMAIN email ADD CONSTRAINT short CHECK (length(VALUE) < 300);"),
        new("domain-constraint", "ALTER DOMAIN word SET NOT NULL;"),
        new("domain-constraint", "ALTER DOMAIN word ADD CONSTRAINT short CHECK (length(VALUE) < 300) NOT VALID;", "ALTER DOMAIN word VALIDATE CONSTRAINT short;") { Severity = "warning" },
        new("set-not-null-without-check", "-- evolve-tx-off\nCREATE UNIQUE INDEX CONCURRENTLY u ON orders (id, a);", "ALTER TABLE orders ADD PRIMARY KEY USING INDEX u;"),
        new("set-not-null-without-check", "ALTER TABLE orders ADD CONSTRAINT p CHECK (a IS NOT NULL) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT p;", "ALTER TABLE orders ALTER a SET NOT NULL, DROP CONSTRAINT p;"),
        new("set-not-null-without-check", "ALTER TABLE orders ADD CONSTRAINT p CHECK ((a IS NOT NULL) = (old IS NOT NULL)) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT p;", "ALTER TABLE orders ALTER a SET NOT NULL;"),
        new("validate-in-same-transaction", "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT ck;"),
        new("drop-object", "DROP VIEW totals;") { Severity = "warning" },
        new("drop-object", "DROP FUNCTION IF EXISTS total(int);") { Severity = "warning" },
        new("drop-object", "DROP SCHEMA archive CASCADE;") { Severity = "warning" },
        new("drop-object", "DROP TYPE mood CASCADE;") { Severity = "warning" },
        new("drop-object", "DROP DOMAIN word CASCADE;") { Severity = "warning" },
        new("drop-object", "DROP MATERIALIZED VIEW overview;") { Severity = "warning" },
        new("rename", "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';"),
        new("rename", "ALTER TYPE mood RENAME TO feeling;"),
        new("rename", "ALTER SCHEMA archive RENAME TO attic;"),
        new("rename", "ALTER FUNCTION total(int) RENAME TO sum_of;"),
        new("rename", "ALTER DOMAIN word SET SCHEMA archive;"),
        new("rename", "ALTER VIEW totals RENAME TO sums;"),
        new("truncate", "TRUNCATE orders;") { Severity = "warning" },
        new("truncate", "TRUNCATE TABLE ONLY orders, customers CASCADE;") { Severity = "warning" },
        new("row-level-security", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;") { Severity = "warning" },
        new("row-level-security", "ALTER TABLE orders FORCE ROW LEVEL SECURITY;") { Severity = "warning" },
        new("table-rewrite", "ALTER INDEX orders_old SET TABLESPACE pg_default;"),
        new("table-rewrite", "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default;"),
        new("statement-after-exclusive-lock", "ALTER TABLE orders ADD COLUMN c int;\nCREATE TABLE orders_copy AS SELECT * FROM orders;") { Severity = "warning" },
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;\nWITH u AS MATERIALIZED (UPDATE orders SET c = 1 RETURNING 1) SELECT count(*) FROM u;"),
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;\nUPDATE orders SET c = 1 WHERE customer_id = 1;"),
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;\nUPDATE orders SET c = 1 WHERE id = 1 OR a = 2;"),
        new("index-without-concurrently", "DO $$ BEGIN IF true THEN CREATE INDEX i ON orders (a); END IF; END $$;"),
        new("index-without-concurrently", "DO $$ BEGIN EXECUTE 'CREATE INDEX i ON orders (a)'; END $$;"),
        new("type-change", "DO $do$ DECLARE x int; BEGIN <<l>> LOOP ALTER TABLE orders ALTER a TYPE bigint; EXIT; END LOOP; END $do$;"),
        new("dynamic-sql-not-checked", "DO $$ BEGIN EXECUTE format('CREATE INDEX i ON %I (a)', 'orders'); END $$;") { Severity = "info" },
        new("index-without-concurrently", "CREATE INDEX i ON events (v);"),
        new("attach-partition-without-check", "CREATE INDEX logs_c ON ONLY logs (customer_id);", "ALTER TABLE events_2026 ADD COLUMN customer_id int, DROP COLUMN v;", "ALTER TABLE events_2026 ADD CONSTRAINT c CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;", "ALTER TABLE events_2026 VALIDATE CONSTRAINT c;", "ALTER TABLE logs ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"),
        new("validate-in-same-transaction", "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;", "ALTER TABLE orders ADD COLUMN c int, VALIDATE CONSTRAINT ck;"),
        new("foreign-key-without-not-valid", "ALTER TABLE orders ADD COLUMN c int DEFAULT NULL REFERENCES customers;"),
        new("index-without-concurrently", "DROP INDEX orders_old;\nCREATE INDEX IF NOT EXISTS orders_old ON orders (old);"),
        new("drop-object", "REFRESH MATERIALIZED VIEW overview WITH NO DATA;") { Severity = "warning" },
        new("type-change", "ALTER TABLE orders ALTER COLUMN v TYPE varchar(5);") { Severity = "warning" },
        new("statement-after-exclusive-lock", "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;", "ALTER TABLE orders DROP CONSTRAINT fk;\nALTER TABLE contacts ADD COLUMN c int;") { Severity = "warning" },
    ];

    /// <summary>Scripts that PostgreSQL refuses.</summary>
    public static IReadOnlyList<RuleCase> Failing { get; } =
    [
        new("not-null-column-without-default", "ALTER TABLE orders ADD COLUMN c int NOT NULL;"),
        new("not-null-column-without-default", "ALTER TABLE orders ADD c int DEFAULT NULL NOT NULL;"),
        new("concurrently-on-partitioned-table", "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON events (v);"),
        new("refused-in-transaction", "CREATE INDEX CONCURRENTLY i ON orders (a);"),
        new("refused-in-transaction", "VACUUM orders;"),
        new("refused-in-transaction", "-- evolve-tx-off\nBEGIN;\nDROP INDEX CONCURRENTLY orders_old;\nCOMMIT;"),
        new("refused-in-transaction", "DO $$ BEGIN UPDATE orders SET a = 1; COMMIT; END $$;"),
        new("refused-in-transaction", "do language plpgsql 'begin if ''a'' = ''a'' then rollback and chain; end if; end';"),
        new("refused-in-transaction", "-- evolve-tx-off\nBEGIN;\nDO $x$ << a >> BEGIN LOOP /* ; */ COMMIT; EXIT; END LOOP; END $x$;\nCOMMIT;"),
        new("refused-in-transaction", "CREATE PROCEDURE fill(x text DEFAULT 'as') AS $$ BEGIN COMMIT; END $$ LANGUAGE 'plpgsql';\nCALL public.fill();"),
        new("refused-in-transaction", "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nDO $$ BEGIN CALL fill(); END $$;"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO feelings VALUES ('ok');"),
        new("enum-value-in-same-transaction", "alter type public.mood add value if not exists 'it''s ok' before 'sad';\nDO $$ BEGIN INSERT INTO feelings VALUES ('it''s ok'); END $$;"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';\nCREATE TABLE happy (m mood DEFAULT 'ok');"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';\nCREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'ok'::mood $$;"),
        new("enum-value-in-same-transaction", "-- evolve-tx-off\nBEGIN;\nALTER TYPE mood ADD VALUE 'ok';\nCREATE VIEW happy AS SELECT * FROM feelings WHERE m = 'ok';\nCOMMIT;"),
    ];

    /// <summary>The safer ways, and scripts that only look as if they break the rule.</summary>
    public static IReadOnlyList<RuleCase> Safe { get; } =
    [
        new("index-without-concurrently", "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON orders (a);") { Lock = "SHARE UPDATE EXCLUSIVE" },
        new("index-without-concurrently", "CREATE TABLE fresh (a int);\nCREATE INDEX i ON fresh (a);"),
        new("drop-index-without-concurrently", "-- evolve-tx-off\nDROP INDEX CONCURRENTLY orders_old;"),
        new("reindex-without-concurrently", "-- evolve-tx-off\nREINDEX TABLE CONCURRENTLY orders;"),
        new("reindex-without-concurrently", "-- evolve-tx-off\nREINDEX (CONCURRENTLY) TABLE orders;"),
        new("foreign-key-without-not-valid", "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT fk;"),
        new("foreign-key-without-not-valid", "ALTER TABLE orders ADD COLUMN c int REFERENCES customers;"),
        new("check-without-not-valid", "ALTER TABLE orders ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT ck;"),
        new("unique-without-using-index", "-- evolve-tx-off\nCREATE UNIQUE INDEX CONCURRENTLY u ON orders (id);", "ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX u;"),
        new("set-not-null-without-check",
            "ALTER TABLE orders ADD CONSTRAINT present CHECK (a IS NOT NULL) NOT VALID;",
            "ALTER TABLE orders VALIDATE CONSTRAINT present;",
            "ALTER TABLE orders ALTER COLUMN a SET NOT NULL;\nALTER TABLE orders DROP CONSTRAINT present;"),
        new("volatile-default", "ALTER TABLE orders ADD COLUMN c timestamptz NOT NULL DEFAULT now();"),
        new("volatile-default", "ALTER TABLE orders ADD COLUMN c numeric(8, 2) DEFAULT 0.5::numeric(8, 2) NOT NULL, ADD d text DEFAULT 'random()';"),
        new("volatile-default", "ALTER TABLE orders ADD COLUMN u uuid;\nALTER TABLE orders ALTER COLUMN u SET DEFAULT gen_random_uuid();"),
        new("serial-column", "ALTER TABLE orders ADD COLUMN s bigint;\nCREATE SEQUENCE s OWNED BY orders.s;\nALTER TABLE orders ALTER COLUMN s SET DEFAULT nextval('s');"),
        new("not-null-column-without-default", "ALTER TABLE orders ADD COLUMN c int DEFAULT 0 NOT NULL;"),
        new("backfill-with-ddl", "ALTER TABLE orders ADD COLUMN c int;", "UPDATE orders SET c = a;"),
        new("statement-after-exclusive-lock", "ALTER TABLE orders ADD COLUMN c int;", "ALTER TABLE customers ADD COLUMN c int;"),
        new("lock-timeout-off", "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN c int;"),
        new("lock-timeout-off", "SELECT set_config('lock_timeout', '500us', false);\nSELECT set_config('lock_timeout', '1min', false);\nALTER TABLE orders ADD COLUMN c int;"),
        new("drop-column", "ALTER TABLE orders ALTER COLUMN a DROP DEFAULT;"),
        new("refused-in-transaction", "DO $$ BEGIN PERFORM 'x; COMMIT;'; -- ; COMMIT;\nEND $$;"),
        new("refused-in-transaction", "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;"),
        new("refused-in-transaction", "DO $$ DECLARE commit boolean := true; BEGIN commit := commit AND true; END $$;"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';", "INSERT INTO feelings VALUES ('ok');"),
        new("enum-value-in-same-transaction", "-- evolve-tx-off\nALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO feelings VALUES ('ok');"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';\nALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';\nCOMMENT ON TYPE mood IS 'ok';\nSELECT 'ok'::text, CAST('ok' AS text);"),
        new("enum-value-in-same-transaction", "ALTER TYPE mood ADD VALUE 'ok';\nCREATE FUNCTION f() RETURNS mood LANGUAGE plpgsql AS $$ BEGIN RETURN 'ok'; END $$;"),
        new("enum-value-in-same-transaction", "CREATE TYPE size AS ENUM ('s');\nCREATE TABLE shirts (s size);\nINSERT INTO shirts VALUES ('s');"),
        new("index-without-concurrently", "CREATE INDEX i ON ONLY events (v);", "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i1 ON events_2024 (v);", "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i2 ON events_default (v);", "ALTER INDEX i ATTACH PARTITION i1;\nALTER INDEX i ATTACH PARTITION i2;"),
        new("attach-partition-without-check", "CREATE TABLE logs_2025 (LIKE logs);\nALTER TABLE logs ATTACH PARTITION logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"),
        new("default-partition-scan", "CREATE TABLE logs_2025 PARTITION OF logs FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');"),
        new("default-partition-scan",
            "ALTER TABLE events_default ADD CONSTRAINT d CHECK (at < '2027-01-01' OR at >= '2028-01-01') NOT VALID;",
            "ALTER TABLE events_default VALIDATE CONSTRAINT d;",
            "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');", "ALTER TABLE events_default DROP CONSTRAINT d;"),
        new("domain-column", "ALTER TABLE orders ADD COLUMN w word, ADD COLUMN m mood, ADD COLUMN x numeric(8, 2), ADD COLUMN y timestamp(3) with time zone, ADD COLUMN z text[], ADD COLUMN e email[];"),
        new("domain-constraint", "ALTER DOMAIN word ADD CONSTRAINT short CHECK (length(VALUE) < 300) NOT VALID;"),
        new("domain-constraint", "ALTER DOMAIN word SET DEFAULT 'x';\nALTER DOMAIN email DROP CONSTRAINT email_check;"),
        new("set-not-null-without-check", "-- evolve-tx-off\nCREATE UNIQUE INDEX CONCURRENTLY u ON orders (id);", "ALTER TABLE orders ADD PRIMARY KEY USING INDEX u;"),
        new("set-not-null-without-check", "ALTER TABLE orders ALTER id SET NOT NULL;"),
        new("drop-object", "DROP VIEW totals;\nCREATE VIEW totals AS SELECT count(*) AS n, 1 AS one FROM orders;"),
        new("drop-object", "DROP FUNCTION total(int);\nCREATE FUNCTION total(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';"),
        new("drop-object", "CREATE TYPE t AS (a int);\nDROP TYPE t;\nCREATE SCHEMA s;\nDROP SCHEMA s;"),
        new("backfill-with-ddl", "ALTER TABLE customers ADD COLUMN c int;\nUPDATE customers SET c = 1 WHERE (id = 1) AND c BETWEEN 1 AND 2;\nDELETE FROM customers AS o WHERE o.id IN (1, 2);\nUPDATE customers SET email = 'x' WHERE id = '3'::int;"),
        new("volatile-default", "ALTER TABLE orders ADD COLUMN p point DEFAULT point(0, 0), ADD COLUMN q numeric DEFAULT nullif(0, 0), ADD COLUMN x text DEFAULT substring('abc' FROM 1 FOR 2), ADD COLUMN d date DEFAULT CAST('2024-01-01' AS date);"),
        new("volatile-default", "ALTER TABLE orders ADD COLUMN e text DEFAULT CASE WHEN (1 > 0) THEN 'a' ELSE 'b' END, ADD COLUMN g boolean NOT NULL DEFAULT (1 = 1 AND (2 > 1)), ADD COLUMN s text NOT NULL DEFAULT format('x%s', 1);"),
        new("index-without-concurrently", "DO $$ BEGIN CREATE TABLE fresh (id int); END $$;\nCREATE INDEX fresh_id ON fresh (id);"),
        new("dynamic-sql-not-checked", "DO $$ BEGIN PERFORM 1; EXECUTE 'CREATE TABLE fresh (id int)'; END $$;"),
        new("rename", "ALTER TABLE orders ADD COLUMN b int;"),
        new("type-change", "ALTER TABLE orders ALTER COLUMN v TYPE varchar(20), ALTER COLUMN n TYPE numeric(10, 2), ALTER COLUMN t TYPE text USING t::text, ALTER COLUMN at TYPE timestamp(6);"),
        new("rename", "CREATE TABLE fresh (b int, c int);\nALTER TABLE fresh RENAME b TO d;\nALTER TABLE fresh RENAME COLUMN c TO e;"),
        new("type-change", "ALTER TABLE orders ALTER COLUMN a TYPE integer;", "ALTER TABLE orders ALTER COLUMN v TYPE text;"),
        new("index-without-concurrently", "CREATE INDEX i ON overview (id);"),
        new("index-without-concurrently", "CREATE INDEX IF NOT EXISTS orders_old ON orders (old);"),
    ];
}
