using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class WaitSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task It_passes_when_the_database_has_everything()
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
    public async Task It_passes_once_another_process_has_migrated()
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
    public async Task It_runs_out_of_time_with_5_and_says_what_is_pending()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;", ["V2__b.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up", "--target=1");

        var wait = await migrate.FailAsync(5, "wait", "--timeout=300ms");

        Assert.Empty(wait.Stdout);
        Assert.Contains("--timeout of 300ms is spent; still pending: V2__b.sql", wait.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_timeout_of_0s_is_one_look()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);

        var wait = await migrate.FailAsync(5, "wait", "--timeout=0s");
        Assert.Equal("error: --timeout of 0s is spent; still pending: V1__a.sql", wait.FirstError);

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task It_never_writes_and_needs_no_more_than_to_read_the_history()
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
    public async Task It_does_not_wait_for_another_runs_lock()
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
    public async Task A_repeatable_that_a_newer_release_replaced_does_not_hold_older_pods_back()
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
