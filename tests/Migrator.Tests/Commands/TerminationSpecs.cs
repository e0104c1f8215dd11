using System.Diagnostics;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Commands;

/// <summary>A run that a signal or a time limit ends leaves no running statement and no partly applied script.</summary>
public sealed class TerminationSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // The documented maximum is 8 s, plus a margin. The measured time is well below a second.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory(Timeout = Timeout)]
    [InlineData(Signal.Terminate, 143, "SIGTERM")]
    [InlineData(Signal.Interrupt, 130, "SIGINT")]
    public async Task A_signal_cancels_the_statement_and_rolls_back_and_the_next_run_continues(Signal signal, int exitCode, string name)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();\nSELECT pg_sleep(120);",
        };
        var migrate = new Cli(database, scripts);
        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));

        var start = Stopwatch.GetTimestamp();
        up.Send(signal);
        Assert.Equal(exitCode, await up.WaitAsync());

        Assert.True(Stopwatch.GetElapsedTime(start) < Limit);
        Assert.Contains($"error: ended by {name}", up.Output, StringComparison.Ordinal);
        Assert.Equal("False", await database.ScalarAsync(TestDatabase.IsRunning("pg_sleep")));
        Assert.Equal("a", await database.TablesAsync());
        Assert.Equal("V1__a.sql", await database.HistoryAsync());

        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await migrate.SucceedAsync("up", "--lock-wait=0s");
        Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_signal_ends_the_wait_for_an_unreachable_database()
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app@127.0.0.1:{FreePort.Next()}/x", ["MIGRATE_DIR"] = scripts.Path };
        await using var up = await migrate.StartAsync("up", "--connect-wait=none");
        while (!up.Output.Contains("waiting for the database", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        up.Send(Signal.Terminate);

        Assert.Equal(143, await up.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_signal_ends_the_gate()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);
        await using var wait = await new Cli(database, scripts).StartAsync("wait");
        while (!wait.Output.Contains("waiting for V1", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        wait.Send(Signal.Terminate);

        Assert.Equal(143, await wait.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_time_limit_of_the_run_cancels_the_statement_and_exits_with_1()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();\nSELECT pg_sleep(120);",
        };

        var up = await new Cli(database, scripts).FailAsync(1, "up", "--timeout=1s");

        Assert.StartsWith("error: --timeout of 1s expired", up.FirstError, StringComparison.Ordinal);
        Assert.Equal("False", await database.ScalarAsync(TestDatabase.IsRunning("pg_sleep")));
        Assert.Equal("a", await database.TablesAsync());
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_time_limit_of_a_statement_is_enforced_by_the_server()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();\nSELECT pg_sleep(120);" };

        var up = await new Cli(database, scripts).FailAsync(1, "up", "--statement-timeout=2s");

        Assert.Equal("error: V1__a.sql:2:1: canceling statement due to statement timeout (SQLSTATE 57014)", up.FirstError);
        Assert.Contains("--statement-timeout", up.Stderr, StringComparison.Ordinal);
        Assert.Empty(await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_default_overrides_a_statement_timeout_of_the_database()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync($"ALTER DATABASE {database.Name} SET statement_timeout = '100ms'");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT pg_sleep(0.5);" };

        await new Cli(database, scripts).SucceedAsync("up");
    }
}
