using System.Diagnostics;
using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 6 for failures of the network and the server: a lost connection, a restart, a frozen network.</summary>
public sealed class LostConnectionSpecs(SharedServer shared) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;
    private const string Short = "CREATE TABLE b (x int);\nINSERT INTO b VALUES (1);";
    private const string WithCopy = "CREATE TABLE b (x int);\nCOPY b FROM stdin;\n1\n\\.\n";

    [Theory(Timeout = Timeout)]
    [InlineData(15, StopMode.Fast)]
    [InlineData(15, StopMode.Immediate)]
    [InlineData(18, StopMode.Fast)]
    public async Task A_restart_of_the_server_exits_with_3_and_the_next_run_finishes(int major, StopMode mode)
    {
        await using var server = await MigrationServer.StartAsync(major);
        var database = await server.CreateDatabaseAsync();
        await SlowIndex.PrepareAsync(database);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();\nSELECT pg_sleep(${sleep});",
            ["V3__c.sql"] = $"-- evolve-tx-off\nCREATE TABLE c ();\n{SlowIndex.Statement}\nCREATE TABLE d ();",
        };
        var migrate = new Cli(database, scripts);
        await using (var first = await migrate.StartAsync("up", "--placeholder=sleep=100"))
        {
            await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
            await server.StopAsync(mode);
            Assert.Equal(3, await first.WaitAsync());
            Assert.Contains("error: the connection to the database was lost", first.Output, StringComparison.Ordinal);
        }

        await server.StartAgainAsync();
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
        Assert.DoesNotContain("b", (await database.TablesAsync()).Split(','));
        await using (var second = await migrate.StartAsync("up", "--placeholder=sleep=0"))
        {
            await database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY"));
            await server.StopAsync(mode);
            Assert.Equal(3, await second.WaitAsync());
        }

        await server.StartAgainAsync();
        Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
        await SlowIndex.HurryAsync(database);
        await migrate.SucceedAsync("up", "--placeholder=sleep=0");
        Assert.Equal("V1__a.sql,V2__b.sql,V3__c.sql", await database.HistoryAsync());
        Assert.Equal("True", await database.ScalarAsync(SlowIndex.IsValid));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
    }

    [Theory(Timeout = Timeout)]
    // A short script is sent with its COMMIT in one request. With COPY, there are three requests. (If the connection is cut right
    // after the request with the COMMIT, both results are possible: the server may read the COMMIT or not.)
    [InlineData(Short, "WITH history AS", Moment.BeforeRequest, false)]
    [InlineData(Short, "WITH history AS", Moment.BeforeReply, true)]
    [InlineData(WithCopy, "CREATE TABLE b", Moment.BeforeRequest, false)]
    [InlineData(WithCopy, "CREATE TABLE b", Moment.AfterRequest, false)]
    [InlineData(WithCopy, "CREATE TABLE b", Moment.BeforeReply, false)]
    [InlineData(WithCopy, "WITH history AS", Moment.BeforeRequest, false)]
    [InlineData(WithCopy, "WITH history AS", Moment.BeforeReply, true)]
    public async Task A_migration_and_its_history_row_are_committed_together_if_the_connection_is_lost(string script, string text, Moment moment, bool isDone)
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__b.sql"] = script;
        await using var proxy = new Proxy(database).CutAt(text, moment);

        var cut = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.FailAsync(3, "up");

        await proxy.Seen;
        Assert.StartsWith("error: the connection to the database was lost; uncommitted work is rolled back", cut.FirstError, StringComparison.Ordinal);
        Assert.Contains("next: Run the same command again", cut.Stderr, StringComparison.Ordinal);
        await database.WaitUntilRunsAreGoneAsync();
        Assert.Equal(isDone ? "V1__a.sql,V2__b.sql" : "V1__a.sql", await database.HistoryAsync());
        Assert.Equal(isDone, (await database.TablesAsync()).Split(',').Contains("b"));

        await migrate.SucceedAsync("up", "--lock-wait=5s");
        Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM b"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("plan")]
    [InlineData("status")]
    [InlineData("repair")]
    [InlineData("validate")]
    public async Task A_connection_that_is_lost_while_the_history_is_read_exits_with_3(string command)
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await new Cli(database, scripts).SucceedAsync("up");
        await using var proxy = new Proxy(database).CutAt("SELECT id, type, left(version", Moment.AfterRequest);

        var cut = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.FailAsync(3, command);

        Assert.StartsWith("error: the connection to the database was lost", cut.FirstError, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, false)]
    [InlineData(15, true)]
    [InlineData(18, false)]
    [InlineData(18, true)]
    public async Task The_server_releases_the_locks_of_a_killed_client_within_seconds(int major, bool isIndex)
    {
        var database = await shared.CreateDatabaseAsync(major);
        await SlowIndex.PrepareAsync(database);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = isIndex ? $"-- evolve-tx-off\n{SlowIndex.Statement}" : "SELECT pg_sleep(${sleep});",
        };
        var migrate = new Cli(database, scripts);
        await using var up = await migrate.StartAsync("up", "--placeholder=sleep=100");
        await database.WaitUntilAsync(TestDatabase.IsRunning(isIndex ? "CREATE INDEX CONCURRENTLY" : "pg_sleep"));

        await up.KillAsync();

        // Without client_connection_check_interval, the statement would hold the lock for 100 s.
        await database.WaitUntilRunsAreGoneAsync();
        await SlowIndex.HurryAsync(database);
        await migrate.SucceedAsync("up", "--lock-wait=10s", "--placeholder=sleep=0");
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_session_has_keepalive_settings_that_detect_a_lost_client(int major)
    {
        const string Settings = """
            SELECT concat_ws('|', current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'),
                             current_setting('tcp_user_timeout'), current_setting('client_connection_check_interval'))
            """;
        var database = await shared.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder
        {
            // For these settings, the server returns the values of the socket, not the values that were set.
            ["V1__a.sql"] = $"CREATE TABLE a AS {Settings};\nRESET ALL;\nSET tcp_keepalives_idle = 7200;",
            ["V2__b.sql"] = $"-- evolve-tx-off\nSET client_connection_check_interval = 0;\nCREATE TABLE b AS {Settings};",
            ["V3__c.sql"] = $"CREATE TABLE c AS {Settings};",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("30|10|3|60000|1s", Assert.Single(await database.RowsAsync("SELECT * FROM a UNION SELECT * FROM c")));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(143)]
    [InlineData(1)]
    public async Task A_run_in_a_frozen_network_ends_in_time_and_the_next_run_names_the_lock_holder(int exitCode)
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();\nSELECT pg_sleep(${sleep});" };
        var migrate = new Cli(database, scripts);
        await using var proxy = new Proxy(database);
        proxy.At("pg_sleep", Moment.AfterRequest, proxy.FreezeAsync);
        await using var up = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }
            .StartAsync("up", "--placeholder=sleep=1", exitCode == 1 ? "--timeout=3s" : "--timeout=none");
        await proxy.Seen;

        var start = Stopwatch.GetTimestamp();
        if (exitCode == 143)
        {
            up.Send(Signal.Terminate);
        }

        Assert.Equal(exitCode, await up.WaitAsync());
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(exitCode == 143 ? 12 : 15), up.Output);

        // The server cannot detect it. The next run names the session to terminate, and succeeds after that.
        var next = await migrate.FailAsync(4, "up", "--lock-wait=200ms", "--placeholder=sleep=0");
        Assert.Matches("^another run holds the lock: pid [0-9]+, role app, migrate \\(.*\\) from 127.0.0.1, connected since ", next.FirstError);
        Assert.Contains("SELECT pg_terminate_backend(pid)", next.Stderr, StringComparison.Ordinal);
        await database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        await migrate.SucceedAsync("up", "--lock-wait=10s", "--placeholder=sleep=0");
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_slow_network_only_changes_the_time()
    {
        var database = await shared.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(2);
        await using var proxy = new Proxy(database) { Delay = TimeSpan.FromMilliseconds(30) };

        await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.SucceedAsync("up");

        await new Cli(database, scripts).SucceedAsync("wait");
    }
}
