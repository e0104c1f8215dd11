using System.Globalization;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>
/// Small scripts that access only tables that are new in the run are pipelined: several scripts are sent in one round trip. Output,
/// failures and the next run are the same as if each script were sent separately.
/// </summary>
public sealed class PipelinedScriptSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // A slow statement that is expected to be fast, judging from its syntax.
    private const string Sleep = "INSERT INTO t1 SELECT 1 WHERE pg_sleep({0}) IS NOT NULL;";

    [Fact(Timeout = Timeout)]
    public async Task Pipelined_scripts_take_few_round_trips_and_other_scripts_one_each()
    {
        var (pipelined, separate) = (0, 0);
        foreach (var text in new[] { "CREATE TABLE t{0} (x int);", "INSERT INTO there VALUES ({0});" })
        {
            var database = await server.CreateDatabaseAsync();
            await database.ExecuteAsync("CREATE TABLE there (x int)");
            using var scripts = Scripts(48, text);
            await using var proxy = new Proxy(database);

            await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.SucceedAsync("up");

            Assert.Equal(48, (await database.HistoryAsync()).Split(',').Length);
            (pipelined, separate) = (separate, proxy.Requests);
        }

        // A batch may be sent in more than one message.
        Assert.InRange(pipelined, 10, 35);
        Assert.InRange(separate, 55, 200);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, "CREATE TABLE half ();\nINSERT INTO t1 VALUES ('five');", "V5__x.sql:2:24", "22P02")]
    [InlineData(18, "CREATE TABLE half ();\nINSERT INTO t1 VALUES ('five');", "V5__x.sql:2:24", "22P02")]
    [InlineData(15, "CREATE TABLE half ();\nINSERT INTO t1 VALUES (7), (7);\nALTER TABLE t1 ADD UNIQUE (x);", "V5__x.sql:3:1", "23505")]
    [InlineData(15, "CREATE TABLE half (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO half VALUES (1), (1);", "V5__x.sql", "23505")]
    [InlineData(18, "CREATE TABLE half (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO half VALUES (1), (1);", "V5__x.sql", "23505")]
    public async Task A_failing_script_is_rolled_back_earlier_scripts_stay_and_later_scripts_do_not_run(int major, string text, string place, string sqlState)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = Scripts(9, "CREATE TABLE t{0} (x int);");
        scripts["V5__x.sql"] = text;
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(1, "up");

        Assert.StartsWith($"error: {place}: ", up.FirstError, StringComparison.Ordinal);
        Assert.EndsWith($"(SQLSTATE {sqlState})", up.FirstError, StringComparison.Ordinal);
        Assert.Equal(["V1__x.sql", "V2__x.sql", "V3__x.sql", "V4__x.sql"], Applied(up.Stdout));
        Assert.Equal("V1__x.sql,V2__x.sql,V3__x.sql,V4__x.sql", await database.HistoryAsync());
        Assert.Equal("t1,t2,t3,t4", await database.TablesAsync());
        Assert.Equal($"4|V5__x.sql {sqlState}", Assert.Single(await database.RowsAsync(
            "SELECT count(*) FILTER (WHERE outcome = 'applied'), string_agg(script || ' ' || sqlstate, ',') FILTER (WHERE outcome = 'failed') FROM changelog_audit")));

        scripts["V5__x.sql"] = "CREATE TABLE t5 ();";
        await migrate.SucceedAsync("up");
        Assert.Equal("t1,t2,t3,t4,t5,t6,t7,t8,t9", await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_script_that_waits_for_a_lock_is_retried_and_earlier_scripts_are_not(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("CREATE TABLE busy (x int)");
        using var scripts = Scripts(8, "CREATE TABLE t{0} (x int);\nINSERT INTO t{0} VALUES ({0});");
        scripts["V5__x.sql"] = "CREATE TABLE t5 (x int);\nCOMMENT ON TABLE busy IS 'seen';";
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SET application_name = 'the report job'; BEGIN; LOCK TABLE busy");

        await using var up = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=1500ms", "--lock-wait=60s");
        await up.SaysAsync("V5__x.sql: canceling statement due to lock timeout");
        await up.SaysAsync("next try in");
        Assert.Equal(["V1__x.sql", "V2__x.sql", "V3__x.sql", "V4__x.sql"], Applied(up.Output));
        await holder.ExecuteAsync("COMMIT");

        Assert.Equal(0, await up.WaitAsync());
        Assert.Contains($"one of V1__x.sql to V8__x.sql waits for a lock that is held by pid {holder.ProcessID} (the report job", up.Output, StringComparison.Ordinal);
        Assert.Equal(8, Applied(up.Output).Count);
        Assert.Equal("8", await database.ScalarAsync("SELECT count(*) FROM changelog_audit WHERE outcome = 'applied'"));
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM t1"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, true)]
    [InlineData(18, true)]
    [InlineData(15, false)]
    public async Task An_interrupted_run_reports_committed_scripts_and_the_next_run_continues(int major, bool bySignal)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = Scripts(8, "CREATE TABLE t{0} (x int);");
        scripts["V5__x.sql"] = Format(Sleep, 30);
        var migrate = new Cli(database, scripts);

        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
        if (bySignal)
        {
            up.Send(Signal.Terminate);
        }
        else
        {
            await database.ExecuteAsSuperuserAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'migrate (%' AND datname = current_database()");
        }

        Assert.Equal(bySignal ? 143 : 3, await up.WaitAsync());
        Assert.Equal(["V1__x.sql", "V2__x.sql", "V3__x.sql", "V4__x.sql"], Applied(up.Output));
        Assert.Equal("V1__x.sql,V2__x.sql,V3__x.sql,V4__x.sql", await database.HistoryAsync());
        Assert.Equal(bySignal ? "V5__x.sql" : "", string.Join(',', await database.RowsAsync("SELECT script FROM changelog_audit WHERE outcome = 'failed'")));
        scripts["V5__x.sql"] = "CREATE TABLE t5 ();";
        await migrate.SucceedAsync("up");
        Assert.Equal("t1,t2,t3,t4,t5,t6,t7,t8", await database.TablesAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("INSERT INTO t1 SELECT x FROM there WHERE pg_sleep(30) IS NOT NULL;")]
    [InlineData("CREATE TABLE t4 AS SELECT x FROM there WHERE pg_sleep(30) IS NOT NULL;")]
    [InlineData("INSERT INTO t1 SELECT 1 FROM t2, t3, pg_sleep(30);")]
    public async Task A_script_that_may_be_slow_runs_alone_after_earlier_scripts_are_reported(string text)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE there AS SELECT 1 AS x");
        using var scripts = Scripts(8, "CREATE TABLE t{0} AS SELECT 1 AS x;");
        scripts["V4__x.sql"] = text;

        await using var up = await new Cli(database, scripts).StartAsync("up");
        await up.SaysAsync("applied V3__x.sql");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep"));
        up.Send(Signal.Terminate);

        Assert.Equal(143, await up.WaitAsync());
        Assert.Equal("V1__x.sql,V2__x.sql,V3__x.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_cancel_request_that_arrives_during_a_commit_is_repeated(int major)
    {
        // The server uses up a cancel request that ends a commit's wait for a standby. The same happens if a request arrives while a
        // commit is written.
        await using var ownServer = await MigrationServer.StartAsync(major);
        var database = await ownServer.CreateDatabaseAsync();
        using var scripts = Scripts(1, "CREATE TABLE t{0} (x int);");
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsSuperuserAsync("ALTER SYSTEM SET synchronous_standby_names = 'missing'");
        await database.ExecuteAsSuperuserAsync("SELECT pg_reload_conf()");
        foreach (var version in Enumerable.Range(2, 7))
        {
            scripts[$"V{version}__x.sql"] = version == 5 ? Format(Sleep, 60).Replace("t1", "t2", StringComparison.Ordinal) : $"CREATE TABLE t{version} (x int);";
        }

        await using var up = await migrate.StartAsync("up");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')");
        up.Send(Signal.Terminate);

        Assert.Equal(143, await up.WaitAsync());
        Assert.Equal(["V2__x.sql", "V3__x.sql", "V4__x.sql"], Applied(up.Output));
        Assert.Equal("V1__x.sql,V2__x.sql,V3__x.sql,V4__x.sql", await database.HistoryAsync());
        await database.WaitUntilAsync("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'migrate (%')");
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_script_has_its_own_time_in_the_output_the_history_and_the_audit_table()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts(6, "CREATE TABLE t{0} (x int);");
        scripts["V3__x.sql"] = Format(Sleep, 0.6);

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        var slow = up.Json.GetProperty("applied").EnumerateArray().Where(a => a.GetProperty("milliseconds").GetDouble() >= 500).Select(a => a.GetProperty("script").GetString());
        Assert.Equal(["V3__x.sql"], slow);
        Assert.Equal("V3__x.sql", Assert.Single(await database.RowsAsync("SELECT script FROM changelog_audit WHERE milliseconds >= 500")));
        Assert.Equal(
            "V3__x.sql|True",
            Assert.Single(await database.RowsAsync("SELECT name, description LIKE 'x (%' FROM changelog WHERE type = 0 AND substring(description FROM '\\(([0-9]+) ms\\)')::int >= 500")));
    }

    [Fact(Timeout = Timeout)]
    public async Task Notices_are_attributed_to_the_right_script()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts(6, "CREATE TABLE t{0} (x int);");
        scripts["V4__x.sql"] = "CREATE TABLE t4 ();\n\n  CREATE TABLE IF NOT EXISTS t4 ();";

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("V4__x.sql:3:3: NOTICE: relation \"t4\" already exists, skipping\n", up.Stderr);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, "DEALLOCATE ALL")]
    [InlineData(18, "DEALLOCATE ALL")]
    [InlineData(15, "PREPARE trace AS SELECT 1")]
    [InlineData(15, "LISTEN trace")]
    public async Task A_function_that_changes_prepared_statements_or_listens_does_not_affect_other_scripts(int major, string text)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = Scripts(12, "CREATE TABLE t{0} (x int);");
        scripts["V2__x.sql"] = $"CREATE TABLE t2 (x int);\nCREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE '{text}'; RETURN 1; END $$;";
        scripts["V6__x.sql"] = "INSERT INTO t2 SELECT f();";

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(12, Applied(up.Stdout).Count);
        Assert.Empty(up.Stderr);
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM t2"));
        Assert.Equal("12", await database.ScalarAsync("SELECT count(*) FROM changelog_audit WHERE outcome = 'applied'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("PREPARE p AS SELECT 1; EXECUTE p; DEALLOCATE p;")]
    [InlineData("DEALLOCATE ALL;")]
    [InlineData("DISCARD PLANS; DISCARD TEMP;")]
    [InlineData("COPY t1 FROM STDIN;\n1\n\\.")]
    [InlineData("-- evolve-tx-off\nDEALLOCATE ALL;")]
    public async Task Scripts_that_cannot_be_pipelined_run_between_batches(string text)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = Scripts(21, "CREATE TABLE t{0} (x int);");
        scripts["V7__x.sql"] = text;
        scripts["V14__x.sql"] = text;

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(Enumerable.Range(1, 21).Select(v => $"V{v}__x.sql"), Applied(up.Stdout));
        Assert.Equal(string.Join(',', Applied(up.Stdout)), await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_initial_role_of_the_login_is_restored_after_each_script(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        var owner = $"{database.Name} it's \"owner\"";
        var quoted = $"\"{owner.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await database.ExecuteAsSuperuserAsync($"""
            CREATE ROLE {quoted};
            GRANT {quoted} TO {SharedServer.Role};
            GRANT CREATE ON SCHEMA public TO {quoted};
            ALTER ROLE {SharedServer.Role} IN DATABASE {database.Name} SET role = '{owner.Replace("'", "''", StringComparison.Ordinal)}'
            """);
        using var scripts = Scripts(8, "CREATE TABLE t{0} (x int);");
        scripts["V3__x.sql"] = $"SET ROLE {SharedServer.Role};\nCREATE TABLE t3 (x int);";
        scripts["V5__x.sql"] = "SET ROLE none;\nCREATE TABLE t5 (x int);";

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("t3,t5", string.Join(',', await database.RowsAsync($"SELECT tablename FROM pg_tables WHERE tableowner = '{SharedServer.Role}' ORDER BY 1")));
        Assert.Equal(owner, Assert.Single(await database.RowsAsync("SELECT DISTINCT installed_by FROM changelog")));
    }

    [Fact(Timeout = Timeout)]
    public async Task No_prepared_statement_stays_in_a_pooled_session()
    {
        var database = await server.CreateDatabaseAsync();
        // With this setting, the next client gets the session with everything that the last client left in it.
        await using var pool = await PooledDatabase.StartAsync(database, "session", ("server_reset_query", ""), ("default_pool_size", "1"));
        using var scripts = Scripts(12, "CREATE TABLE t{0} (x int);");
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = pool.Url };
        await migrate.SucceedAsync("up");
        scripts["V13__x.sql"] = "CREATE TABLE seen AS SELECT count(*) AS x FROM pg_prepared_statements;";

        await migrate.SucceedAsync("up");

        Assert.Equal("0", await database.ScalarAsync("SELECT x FROM seen"));
    }

    private static ScriptFolder Scripts(int count, string text)
    {
        var scripts = new ScriptFolder();
        for (var version = 1; version <= count; version++)
        {
            scripts[$"V{version}__x.sql"] = Format(text, version);
        }

        return scripts;
    }

    private static string Format(string text, double value) => string.Format(CultureInfo.InvariantCulture, text, value);

    private static List<string> Applied(string output) =>
        [.. output.Split('\n').Where(l => l.StartsWith("applied ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
}
