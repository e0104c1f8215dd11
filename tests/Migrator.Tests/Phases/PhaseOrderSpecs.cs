using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary>In production, an expand script can run before a contract script with a lower version. A script that would not work then is refused before anything runs.</summary>
public sealed class PhaseOrderSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "ALTER TABLE orders ADD COLUMN reference int", "orders.reference")]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "SELECT 1;\n\n  UPDATE orders SET notes = \"reference\"", "orders.reference", "V4__later.sql:3:3")]
    [InlineData("ALTER TABLE orders DROP COLUMN Reference", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT REFERENCE FROM orders $$", "orders.reference")]
    [InlineData("ALTER TABLE orders RENAME COLUMN reference TO old", "CREATE INDEX ON orders (reference)", "orders.reference")]
    [InlineData("DROP TABLE customers", "CREATE TABLE customers (id int)", "customers")]
    [InlineData("ALTER TABLE customers RENAME TO people", "INSERT INTO customers VALUES (1)", "customers")]
    [InlineData("DROP VIEW overview", "CREATE VIEW overview AS SELECT 2", "overview")]
    [InlineData("DROP FUNCTION total(int)", "SELECT total(1)", "total")]
    [InlineData("ALTER TABLE orders DROP CONSTRAINT positive", "ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0)", "positive")]
    [InlineData("DROP INDEX by_notes", "CREATE INDEX by_notes ON orders (notes, id)", "by_notes")]
    public async Task An_expand_script_that_names_what_a_pending_contract_script_removes_is_refused(string contract, string later, string name, string place = "V4__later.sql:1:1")
    {
        var (database, scripts, migrate) = await StartAsync(contract, later);
        using var _ = scripts;

        var plan = await migrate.FailAsync(6, "plan", "--phase=expand");
        var up = await migrate.FailAsync(6, "up", "--phase=expand");

        Assert.Contains($"names {name}, which the pending contract script V3__contract.contract.sql removes", up.Stderr, StringComparison.Ordinal);
        Assert.Contains(place, up.Stderr, StringComparison.Ordinal);
        Assert.Contains("run 'migrate up --phase contract' after its rollout", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"names {name}", plan.Stderr, StringComparison.Ordinal);
        Assert.Equal("V1__start.sql", await database.HistoryAsync());
        scripts.Remove("V4__later.sql");
        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.SucceedAsync("up", "--phase=contract");
        scripts["V4__later.sql"] = "SELECT 1;";
        await migrate.SucceedAsync("up", "--phase=expand");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "CREATE TABLE invoices (reference int)")]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "ALTER TABLE orders ADD COLUMN reference_number int")]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "INSERT INTO customers VALUES (1) -- like the reference of orders\n")]
    [InlineData("ALTER TABLE orders DROP COLUMN reference", "COMMENT ON TABLE orders IS 'has no reference'")]
    [InlineData("ALTER TABLE orders ADD CHECK (id > 0)", "ALTER TABLE orders ADD COLUMN number int")]
    public async Task Other_scripts_are_not(string contract, string later)
    {
        var (database, scripts, migrate) = await StartAsync(contract, later);
        using var _ = scripts;

        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Equal("V1__start.sql,V4__later.sql,V3__contract.contract.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_can_say_after_which_version_it_must_run()
    {
        var (database, scripts, migrate) = await StartAsync("SELECT 1", "SELECT 2");
        using var _ = scripts;
        scripts["V4__later.sql"] = "-- The next line names version 3.\n-- migrate: after 3\nSELECT 2;";

        var up = await migrate.FailAsync(6, "up", "--phase=expand");

        Assert.Contains("V4__later.sql:2:1", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("V4__later.sql must run after V3__contract.contract.sql, which is pending", up.Stderr, StringComparison.Ordinal);
        await migrate.SucceedAsync("up");
        Assert.Equal("V1__start.sql,V3__contract.contract.sql,V4__later.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("-- migrate: after 4\nSELECT 2;", "does not name a lower version than 4")]
    [InlineData("-- migrate: after 9\nSELECT 2;", "does not name a lower version than 4")]
    [InlineData("-- migrate: after 2\nSELECT 2;", "names a version that does not exist")]
    [InlineData("-- migrate: after\nSELECT 2;", "does not name a version")]
    [InlineData("-- migrate: after x\nSELECT 2;", "does not name a version")]
    [InlineData("-- migrate: after 1 3\nSELECT 2;", "does not name a version")]
    [InlineData("SELECT 2;\n-- migrate: after 3\nSELECT 2;", "is not in the header of the script")]
    [InlineData("-- migrate: before 3\nSELECT 2;", "is unknown")]
    public async Task A_wrong_directive_is_an_error(string text, string problem)
    {
        var (_, scripts, migrate) = await StartAsync("SELECT 1", "SELECT 2");
        using var _ = scripts;
        scripts["V4__later.sql"] = text;

        var up = await migrate.FailAsync(2, "up", "--phase=expand");

        Assert.Contains(problem, up.Stderr, StringComparison.Ordinal);
        Assert.Contains("V4__later.sql:", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_script_whose_view_a_contract_script_drops_runs_again_after_it()
    {
        var (database, scripts, migrate) = await StartAsync("DROP VIEW numbers; ALTER TABLE orders DROP COLUMN reference", "SELECT 2");
        using var _ = scripts;
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT id FROM orders;";
        scripts["R__other.sql"] = "CREATE OR REPLACE VIEW other AS SELECT 1 AS one;";
        scripts["R__total.sql"] = "CREATE OR REPLACE FUNCTION sum_of(int) RETURNS int LANGUAGE sql AS 'SELECT 1';";
        await migrate.SucceedAsync("up", "--phase=expand");

        var contract = await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Contains("R__numbers.sql", contract.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("R__other.sql", contract.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("R__total.sql", contract.Stdout, StringComparison.Ordinal);
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM pg_views WHERE viewname = 'numbers'"));
        await migrate.SucceedAsync("wait", "--timeout=0s");
        await migrate.SucceedAsync("status", "--exit-code");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_view_that_the_newer_release_has_not_changed_is_created_again_although_the_database_is_ahead()
    {
        var (database, scripts, migrate) = await StartAsync("DROP VIEW numbers; ALTER TABLE orders DROP COLUMN reference", "SELECT 2");
        using var _ = scripts;
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT id FROM orders;";
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["V5__newer.sql"] = "SELECT 1;";
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts.Remove("V5__newer.sql");

        await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM pg_views WHERE viewname = 'numbers'"));
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_run_that_only_has_to_create_the_view_again_does_not_wait_for_the_rollout()
    {
        var (database, scripts, migrate) = await StartAsync("DROP VIEW numbers; DO $$ BEGIN EXECUTE 'ALTER TABLE helper RENAME TO helper2'; END $$", "CREATE TABLE helper ()");
        using var _ = scripts;
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT FROM helper;";
        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.FailAsync(1, "up", "--phase=contract");
        await database.ExecuteAsync("ALTER TABLE helper2 RENAME TO helper");

        // Outside a cluster, a wait would exit with 2.
        await migrate.SucceedAsync("up", "--phase=contract", "--after-rollout=deployment/orders");

        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task If_a_newer_version_has_changed_the_view_the_newer_version_must_create_it_again()
    {
        var (_, scripts, migrate) = await StartAsync("DROP VIEW numbers; ALTER TABLE orders DROP COLUMN reference", "SELECT 2");
        using var _ = scripts;
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT id FROM orders;";
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["V5__newer.sql"] = "SELECT 1;";
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT id, notes FROM orders;";
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts.Remove("V5__newer.sql");
        string newer = scripts["R__numbers.sql"];
        scripts["R__numbers.sql"] = "CREATE OR REPLACE VIEW numbers AS SELECT id FROM orders;";

        var contract = await migrate.FailAsync(5, "up", "--phase=contract");
        var again = await migrate.FailAsync(5, "up", "--phase=contract");

        Assert.Contains("R__numbers.sql", contract.Stderr, StringComparison.Ordinal);
        Assert.Contains("Run 'migrate up --phase expand' of the newer version now", again.Stderr, StringComparison.Ordinal);
        scripts["V5__newer.sql"] = "SELECT 1;";
        scripts["R__numbers.sql"] = newer;
        await migrate.FailAsync(5, "wait", "--timeout=0s");
        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_was_added_late_must_not_remove_what_an_applied_script_names()
    {
        var (database, scripts, migrate) = await StartAsync("ALTER TABLE orders DROP COLUMN reference", "ALTER TABLE orders ALTER COLUMN reference SET DEFAULT 'none'");
        using var _ = scripts;
        string late = scripts["V3__contract.contract.sql"];
        scripts.Remove("V3__contract.contract.sql");
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["V3__contract.contract.sql"] = late;

        var contract = await migrate.FailAsync(6, "up", "--phase=contract");

        Assert.Contains("V3__contract.contract.sql removes orders.reference, which V4__later.sql names, and V4__later.sql is applied already", contract.Stderr, StringComparison.Ordinal);
        Assert.Equal("V1__start.sql,V4__later.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_function_of_another_role_does_not_hide_that_a_function_is_gone()
    {
        var (database, scripts, migrate) = await StartAsync("DROP FUNCTION half(int)", "SELECT 2");
        using var _ = scripts;
        scripts["R__half.sql"] = "CREATE OR REPLACE FUNCTION half(int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 2';";
        await migrate.SucceedAsync("up", "--phase=expand");
        await database.ExecuteAsSuperuserAsync("CREATE FUNCTION half(text) RETURNS int LANGUAGE sql AS 'SELECT 666'");

        await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Equal("2", await database.ScalarAsync("SELECT half(4)"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_contract_phase_does_not_replace_the_view_of_a_newer_release_that_has_no_newer_version()
    {
        var (database, scripts, migrate) = await StartAsync("DROP VIEW numbers; ALTER TABLE orders DROP COLUMN reference", "SELECT 2");
        using var _ = scripts;
        const string Older = "CREATE OR REPLACE VIEW numbers AS SELECT id FROM orders;", Newer = "CREATE OR REPLACE VIEW numbers AS SELECT id, notes FROM orders;";
        scripts["R__numbers.sql"] = Older;
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["R__numbers.sql"] = Newer;
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["R__numbers.sql"] = Older;

        var contract = await migrate.FailAsync(5, "up", "--phase=contract");

        Assert.Contains("which a newer version has also changed: R__numbers.sql", contract.Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(5, "wait", "--timeout=0s");
        scripts["R__numbers.sql"] = Newer;
        await migrate.SucceedAsync("up", "--phase=expand");
        Assert.Equal("2", await database.ScalarAsync("SELECT count(*) FROM pg_attribute WHERE attrelid = 'numbers'::regclass AND attnum > 0"));
        // The older version was applied at some time, so its gate still passes.
        scripts["R__numbers.sql"] = Older;
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task Both_orders_must_lead_to_the_same_schema()
    {
        var (database, scripts, migrate) = await StartAsync("ALTER TABLE orders DROP COLUMN reference", "ALTER TABLE orders ADD COLUMN other int");
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync("ALTER ROLE app CREATEDB");

        await migrate.SucceedAsync("validate", "--both-orders");
        scripts["V4__later.sql"] = "-- migrate: after 3\nALTER TABLE orders ADD COLUMN reference int;";
        await migrate.SucceedAsync("validate", "--both-orders");
        scripts["V4__later.sql"] = "DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname LIKE 'ref%') THEN CREATE TABLE late (); END IF; END $$;";
        var differs = await migrate.FailAsync(2, "validate", "--both-orders");

        Assert.Contains("only in phases: table public.late", differs.Stderr, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate\\_%'"));
        Assert.Contains("cannot be used with --offline", (await migrate.FailAsync(2, "validate", "--both-orders", "--offline")).Stderr, StringComparison.Ordinal);
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> StartAsync(string contract, string later)
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = new ScriptFolder
        {
            ["V1__start.sql"] = """
                CREATE TABLE orders (id int, reference text, notes text, CONSTRAINT positive CHECK (id > 0));
                CREATE INDEX by_notes ON orders (notes);
                CREATE TABLE customers (id int);
                CREATE VIEW overview AS SELECT 1;
                CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
                """,
        };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V3__contract.contract.sql"] = contract + ";";
        scripts["V4__later.sql"] = later + ";";
        return (database, scripts, migrate);
    }
}
