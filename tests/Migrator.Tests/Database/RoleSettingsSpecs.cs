using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Database;

/// <summary>Settings of the role or the database do not change what a run does.</summary>
public sealed class RoleSettingsSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private static readonly string[] s_settings =
    [
        "default_transaction_isolation = 'serializable'",
        "default_transaction_isolation = 'repeatable read'",
        "default_transaction_deferrable = on",
        "standard_conforming_strings = off",
        "row_security = off",
        "session_replication_role = replica",
        "DateStyle = 'German, DMY'",
        "IntervalStyle = 'iso_8601'",
        "bytea_output = 'escape'",
        "extra_float_digits = -15",
        "TimeZone = 'Asia/Kathmandu'",
        "client_min_messages = error",
        "lock_timeout = '1ms'",
        "statement_timeout = '2s'",
        "idle_in_transaction_session_timeout = '1ms'",
        "synchronous_commit = off",
        "quote_all_identifiers = on",
        "check_function_bodies = off",
        "search_path = public",
    ];

    // Long enough for the reads before the run lock, which change no setting.
    private static readonly (int Since, string Setting)[] s_newSettings = [(14, "idle_session_timeout = '2s'"), (17, "transaction_timeout = '2s'")];

    public static TheoryData<int, string> Settings =>
    [
        .. PostgresMajors.Tested.SelectMany(m => s_settings.Concat(s_newSettings.Where(s => s.Since <= m.Data).Select(s => s.Setting)).Select(s => (m.Data, s))),
    ];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Settings))]
    public async Task Every_command_works_with_a_setting_of_the_database(int major, string setting)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON SCHEMA public TO app; ALTER DATABASE {database.Name} SET {setting}");
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = @"CREATE TABLE a (id int PRIMARY KEY, path text); INSERT INTO a VALUES (1, 'C:\temp');",
            ["U1__a.sql"] = "DROP TABLE a CASCADE;",
            ["V2__i.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON a (id);\nBEGIN;\nUPDATE a SET id = 2;\nCOMMIT;",
            ["U2__i.sql"] = "-- evolve-tx-off\nDROP INDEX CONCURRENTLY IF EXISTS i;",
            ["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT * FROM a WHERE path <> 'a\\b';",
        };
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("up", "--target=1");
        await migrate.SucceedAsync("up");
        Assert.Equal(@"2|C:\temp", await database.ScalarAsync("SELECT id, path FROM a"));
        await migrate.SucceedAsync("wait", "--timeout=0s");
        await migrate.SucceedAsync("status", "--history");
        await migrate.SucceedAsync("validate");
        Assert.Contains("Nothing to do", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("down", "--to=0");
        Assert.Empty(await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(18, "statement_timeout")]
    [InlineData(18, "transaction_timeout")]
    public async Task A_script_can_run_longer_than_a_timeout_of_the_database(int major, string setting)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON SCHEMA public TO app; ALTER DATABASE {database.Name} SET {setting} = '2s'");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a (id int); SELECT pg_sleep(2.5);" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Contains("a", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_scripts_read_dates_in_the_style_of_the_database()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON SCHEMA public TO app; ALTER DATABASE {database.Name} SET DateStyle = 'ISO, DMY'");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a AS SELECT '02/03/2026'::date AS d;" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("3", await database.ScalarAsync("SELECT date_part('month', d) FROM a"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_pauses_between_retries_and_polls_can_be_longer_than_idle_session_timeout()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync($"GRANT CREATE ON SCHEMA public TO app; ALTER DATABASE {database.Name} SET idle_session_timeout = '150ms'");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a (id int);" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__b.sql"] = "ALTER TABLE a ADD COLUMN b int;";
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SET idle_session_timeout = 0; BEGIN; LOCK TABLE a IN ACCESS SHARE MODE");
        await using var wait = await migrate.StartAsync("wait", "--timeout=50s");
        await using var up = await migrate.StartAsync("up", "--lock-timeout=1500ms", "--lock-wait=50s");
        await up.SaysAsync("next try in");
        await using var second = await migrate.StartAsync("up", "--lock-wait=50s");
        await wait.SaysAsync("waiting for V2__b.sql");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Equal(0, await second.WaitAsync());
        Assert.Equal(0, await wait.WaitAsync());
        Assert.Contains($"held by pid {holder.ProcessID}", up.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("RESET lock_timeout")]
    [InlineData("RESET ALL")]
    [InlineData("SET lock_timeout TO DEFAULT")]
    [InlineData("SET LOCAL \"lock_timeout\" = DEFAULT")]
    [InlineData("SET lock_timeout = 0")]
    [InlineData("SET SESSION lock_timeout = '0ms'")]
    [InlineData("SELECT pg_catalog.set_config('lock_timeout', '0', false)")]
    public async Task A_script_that_removes_the_lock_limit_still_has_it(string statement)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("BEGIN; LOCK TABLE a IN ACCESS SHARE MODE");

        foreach (var header in new[] { "", "-- evolve-tx-off\n" })
        {
            scripts["V2__b.sql"] = $"{header}{statement};\nALTER TABLE a ADD COLUMN b int;";
            var up = await migrate.FailAsync(4, "up", "--lock-timeout=300ms", "--lock-wait=0s");
            Assert.Contains($"V2__b.sql:{(header.Length == 0 ? 2 : 3)}:1: canceling statement due to lock timeout", up.Stderr, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("RESET search_path")]
    [InlineData("RESET ALL")]
    [InlineData("SET search_path TO DEFAULT")]
    public async Task A_script_that_resets_the_search_path_stays_in_the_schema_of_the_run(string statement)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"{statement};\nCREATE TABLE a ();",
            ["V2__b.sql"] = $"-- evolve-tx-off\n{statement};\nCREATE TABLE b ();",
        };

        await new Cli(database, scripts).SucceedAsync("up", "--schema=app");

        Assert.Equal("app.a,app.b", await database.ScalarAsync("SELECT string_agg(schemaname || '.' || tablename, ',' ORDER BY tablename) FROM pg_tables WHERE tablename IN ('a', 'b')"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_may_set_another_lock_limit()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SET lock_timeout = '7s'; CREATE TABLE a AS SELECT current_setting('lock_timeout') AS t;" };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("7s", await database.ScalarAsync("SELECT t FROM a"));
    }
}
