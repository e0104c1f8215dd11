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
        new("drop-table", "DROP MATERIALIZED VIEW overview;\nDROP TABLE IF EXISTS orders;") { Severity = "warning", Lock = Access },
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
        new("lock-timeout-off", "DO $$ BEGIN SET LOCAL lock_timeout = 0; END $$;\nALTER TABLE orders ADD COLUMN c int;") { Severity = "warning", Lock = Access },
    ];

    /// <summary>Scripts that PostgreSQL refuses.</summary>
    public static IReadOnlyList<RuleCase> Failing { get; } =
    [
        new("not-null-column-without-default", "ALTER TABLE orders ADD COLUMN c int NOT NULL;"),
        new("not-null-column-without-default", "ALTER TABLE orders ADD c int DEFAULT NULL NOT NULL;"),
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
        new("lock-timeout-off", "SET lock_timeout = 0;\nRESET lock_timeout;\nALTER TABLE orders ADD COLUMN c int;"),
        new("lock-timeout-off", "SET lock_timeout = 0;\nRESET ALL;\nALTER TABLE orders ADD COLUMN c int;"),
        new("lock-timeout-off", "SET lock_timeout = 0;\nSET lock_timeout TO DEFAULT;\nALTER TABLE orders ADD COLUMN c int;"),
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
        new("rename", "ALTER TABLE orders ADD COLUMN b int;"),
    ];
}
