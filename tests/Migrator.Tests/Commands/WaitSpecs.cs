using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class WaitSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Wait_passes_when_the_database_has_every_migration()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(2);
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");

        var wait = await migrate.SucceedAsync("wait");

        Assert.Equal("The database has every migration (public.changelog is at version 9).\n", wait.Stdout);
        Assert.Empty(wait.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_passes_when_another_process_has_applied_the_migrations()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(2);
        var migrate = new Cli(database, scripts);
        await using var wait = await migrate.StartAsync("wait");
        await OutputAsync(wait, "waiting for V1__create_customers.sql");

        await migrate.SucceedAsync("up");

        Assert.Equal(0, await wait.WaitAsync());
        Assert.Contains("The database has every migration", wait.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_exits_with_5_after_the_timeout_and_names_the_pending_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;", ["V2__b.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up", "--target=1");

        var wait = await migrate.FailAsync(5, "wait", "--timeout=300ms");

        Assert.Empty(wait.Stdout);
        Assert.Contains("--timeout of 300ms expired; still pending: V2__b.sql", wait.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_names_the_failure_of_the_last_run()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;", ["V2__b.sql"] = "SELECT 1;\nSELECT missing;" };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        const string Failure = "the last run failed: V2__b.sql: line 2, column 8: column \"missing\" does not exist (SQLSTATE 42703)";

        var wait = await migrate.FailAsync(5, "wait", "--timeout=1s");

        Assert.Contains($"waiting for V2__b.sql; {Failure}\n", wait.Stderr, StringComparison.Ordinal);
        Assert.Contains($"still pending: V2__b.sql; {Failure}\n", wait.Stderr, StringComparison.Ordinal);
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {other} LOGIN PASSWORD 'gate'; GRANT SELECT ON changelog TO {other}"));
        var gate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(database.Named("{other}"), "gate") };
        Assert.DoesNotContain("the last run failed", (await gate.FailAsync(5, "wait", "--timeout=1s", "--history-owner=app")).Stderr, StringComparison.Ordinal);
        scripts["V2__b.sql"] = "SELECT 1;";
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task With_a_timeout_of_0s_wait_checks_once()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);

        var wait = await migrate.FailAsync(5, "wait", "--timeout=0s");
        Assert.Equal("error: --timeout of 0s expired; still pending: V1__a.sql", wait.FirstError);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_never_writes_and_needs_only_read_access_to_the_history()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(5, "wait", "--timeout=200ms");
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));

        await migrate.SucceedAsync("up");
        var reader = $"reader_{database.Name}";
        await database.ExecuteAsSuperuserAsync(
            $"CREATE ROLE {reader} LOGIN PASSWORD 'reader'; ALTER ROLE {reader} SET default_transaction_read_only = on; GRANT SELECT ON changelog TO {reader}");
        await new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf(reader, "reader") }.SucceedAsync("wait");
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_does_not_wait_for_the_lock_of_another_run()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V5__slow.sql"] = "SELECT pg_sleep(60);";
        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        scripts.Remove("V5__slow.sql");
        await migrate.SucceedAsync("wait", "--timeout=5s");

        up.Send(Signal.Terminate);
        Assert.Equal(143, await up.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Wait_passes_with_an_older_content_of_a_repeatable_that_was_applied_before()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 2 AS a;";
        await migrate.SucceedAsync("up");

        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;";
        await migrate.SucceedAsync("wait");

        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 3 AS a;";
        await migrate.FailAsync(5, "wait", "--timeout=200ms");
    }

    private static async Task OutputAsync(RunningCli running, string text)
    {
        while (!running.Output.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
