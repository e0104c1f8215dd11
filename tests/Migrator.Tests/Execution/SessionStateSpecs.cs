using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>The changes of a script to its session are reset before its history row is written and the next script runs.</summary>
public sealed class SessionStateSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Settings = "current_user AS role, current_setting('search_path') AS path, current_setting('lock_timeout') AS lock, current_setting('TimeZone') AS zone";

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT pg_catalog.set_config('search_path', '', false);")]
    [InlineData("CREATE SCHEMA other; SET search_path = other;")]
    [InlineData("CREATE SCHEMA other; CREATE TABLE other.changelog (x int); SET search_path = other;")]
    [InlineData("SET LOCAL search_path = pg_catalog;")]
    [InlineData("SET lock_timeout = '7s'; SET TIME ZONE 'Asia/Tokyo';")]
    [InlineData("SET ROLE ${role};")]
    [InlineData("SET LOCAL ROLE ${role};")]
    [InlineData("-- evolve-tx-off\nSET ROLE ${role};")]
    [InlineData("-- evolve-tx-off\nSELECT pg_catalog.set_config('search_path', '', false);")]
    public async Task Session_state_of_a_script_does_not_affect_the_next_script(string text)
    {
        var database = await server.CreateDatabaseAsync();
        var role = $"role_{database.Name}";
        await database.ExecuteAsSuperuserAsync($"CREATE ROLE {role}; GRANT {role} TO {SharedServer.Role}");
        using var scripts = new ScriptFolder
        {
            ["V1__before.sql"] = $"CREATE TABLE before AS SELECT {Settings};",
            ["V2__state.sql"] = text,
            ["V3__after.sql"] = $"CREATE TABLE after AS SELECT {Settings};",
        };

        await new Cli(database, scripts).SucceedAsync("up", $"--placeholder=role={role}");

        Assert.Equal(await database.RowsAsync("SELECT * FROM public.before"), await database.RowsAsync("SELECT * FROM public.after"));
        Assert.Equal("V1__before.sql,V2__state.sql,V3__after.sql", await database.HistoryAsync());
        Assert.Equal(SharedServer.Role, Assert.Single(await database.RowsAsync("SELECT DISTINCT installed_by FROM changelog")));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_temporary_table_does_not_hide_the_next_scripts_own()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__scratch.sql"] = "CREATE TEMP TABLE orders (x int);",
            ["V2__orders.sql"] = "CREATE TABLE orders (x int); INSERT INTO orders VALUES (1);",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM public.orders"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SELECT pg_advisory_unlock_all();")]
    [InlineData("-- evolve-tx-off\nDISCARD ALL;")]
    public async Task The_lock_is_held_or_the_script_is_refused_if_it_releases_advisory_locks(string text)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__unlock.sql"] = text,
            ["V2__count.sql"] = "CREATE TABLE locks AS SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();",
        };

        var up = await new Cli(database, scripts).RunAsync("up");

        Assert.True(up.ExitCode == 2 || await database.ScalarAsync("SELECT count FROM locks") == "2", up.ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_script_sees_the_connections_own_search_path()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"CREATE TABLE a AS SELECT {Settings};",
            ["V2__b.sql"] = $"-- evolve-tx-off\nCREATE TABLE b AS SELECT {Settings};",
            ["V3__c.sql"] = $"CREATE TABLE c AS SELECT {Settings};",
        };

        await new Cli(database, scripts) { ["PGOPTIONS"] = "-c TimeZone=Asia/Tokyo" }.SucceedAsync("up");

        Assert.Equal(
            "app|\"$user\", public|5s|Asia/Tokyo",
            Assert.Single(await database.RowsAsync("SELECT * FROM a UNION SELECT * FROM b UNION SELECT * FROM c")));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("orders")]
    [InlineData("My Schema")]
    public async Task A_schema_option_creates_and_uses_the_schema(string schema)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "-- evolve-tx-off\nCREATE TABLE b ();",
            ["V3__c.sql"] = "CREATE TABLE c ();",
        };
        var migrate = new Cli(database, scripts);

        var up = await migrate.SucceedAsync("up", "--schema", schema);
        Assert.Contains($"{schema}.changelog is at version 3", up.Stdout, StringComparison.Ordinal);
        Assert.Equal(
            [$"{schema}|a", $"{schema}|b", $"{schema}|c", $"{schema}|changelog", $"{schema}|changelog_audit", $"{schema}|changelog_progress", $"{schema}|changelog_undo"],
            await database.RowsAsync("SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 2"));

        Assert.StartsWith("Nothing to do", (await migrate.SucceedAsync("up", "--schema", schema)).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--schema", schema);
        await migrate.FailAsync(6, "status", "--exit-code");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_history_table_can_have_another_name()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts) { ["MIGRATE_HISTORY_TABLE"] = "My History" };

        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("wait");

        Assert.Equal("My History,My History_audit,My History_progress,My History_undo,a", await database.TablesAsync());
    }
}
