using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>The advice for errors whose cause the server does not name, and the state that an interrupted batch leaves.</summary>
public sealed class AdviceSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private const string Procedure = "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO t VALUES (1);\n  COMMIT;\nEND $$;\n";

    [Theory(Timeout = Timeout)]
    [InlineData(15, "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$;", "2D000", "Move the statement to a script whose first line is '-- evolve-tx-off'.")]
    [InlineData(18, "CALL fill();", "2D000", "Move the statement to a script whose first line is '-- evolve-tx-off'.")]
    [InlineData(15, "DO $$ BEGIN CALL fill(); ROLLBACK AND CHAIN; END $$;", "2D000", "Move the statement to a script whose first line is '-- evolve-tx-off'.")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nCALL fill();\nCOMMIT;", "2D000", "outside BEGIN … COMMIT")]
    [InlineData(15, "ALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO feelings VALUES ('ok');", "55P04", "Put ALTER TYPE … ADD VALUE into an earlier script.")]
    [InlineData(18, "ALTER TYPE mood ADD VALUE 'ok';\nCREATE VIEW happy AS SELECT * FROM feelings WHERE m = 'ok';", "55P04", "Put ALTER TYPE … ADD VALUE into an earlier script.")]
    [InlineData(15, "-- evolve-tx-off\nBEGIN;\nALTER TYPE mood ADD VALUE 'ok';\nSELECT 'ok'::mood;\nCOMMIT;", "55P04", "Move ALTER TYPE … ADD VALUE before BEGIN.")]
    [InlineData(15, "CREATE TABLE public.changelog (\n    id integer NOT NULL\n);", "42P07", "(pg_dump --exclude-table='changelog*')")]
    [InlineData(18, "CREATE SEQUENCE public.changelog_id_seq AS integer;", "42P07", "(pg_dump --exclude-table='changelog*')")]
    [InlineData(15, "CREATE TABLE changelog_progress (script text);", "42P07", "'migrate baseline VERSION'")]
    [InlineData(15, "COPY public.changelog_audit (id, command, script, outcome, milliseconds, migrator) FROM stdin;\n2\tup\tV1__x.sql\tapplied\t1\t1\n\\.\n", "23505", "changelog_audit belongs to migrate itself")]
    [InlineData(15, "ALTER TABLE ONLY public.changelog\n    ADD CONSTRAINT changelog_pkey PRIMARY KEY (id);", "42P16", "belongs to migrate itself")]
    [InlineData(15, "COPY public.changelog (id, description, name, installed_by, success) FROM stdin;\n1\tx\tV1__x.sql\tx\tt\n\\.\n", "23505", "changelog belongs to migrate itself")]
    [InlineData(15, "SET transaction_timeout = 0;\nCREATE TABLE a (id int);", "42704", "A pg_dump that is newer than the server")]
    [InlineData(15, "SELECT pg_catalog.set_config('transaction_timeout', '0', false);", "42704", "A pg_dump that is newer than the server")]
    [InlineData(18, "ALTER ROLE CURRENT_USER SET lock_time_out = 0;", "42704", "correct the name of the setting")]
    [InlineData(15, "RESET transaction_timeout;", "42704", "A pg_dump that is newer than the server")]
    public async Task The_advice_names_the_cause(int major, string script, string state, string advice)
    {
        var (database, scripts) = await PrepareAsync(major, script);
        using (scripts)
        {
            var up = await new Cli(database, scripts).FailAsync(1, "up");

            Assert.EndsWith($"(SQLSTATE {state})", up.FirstError, StringComparison.Ordinal);
            Assert.Contains(advice, Next(up), StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TABLE t (x int);")]
    [InlineData("CREATE TABLE other (id no_such_type);")]
    [InlineData("SET CONSTRAINTS nowhere DEFERRED;")]
    [InlineData("ALTER TABLE t ADD PRIMARY KEY (x);\nINSERT INTO t VALUES (1), (1);")]
    public async Task Errors_about_other_objects_do_not_get_the_advice_about_dumps(string script)
    {
        var (database, scripts) = await PrepareAsync(15, script);
        using (scripts)
        {
            var up = await new Cli(database, scripts).FailAsync(1, "up");

            Assert.Equal("The whole script was rolled back. Fix the script or the data, then run again.", Next(up));
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); ROLLBACK; END $$;")]
    [InlineData(18, "CALL fill();")]
    [InlineData(15, "DO $$ BEGIN CALL fill(); END $$;\nCREATE TABLE after ();")]
    public async Task Code_that_commits_runs_outside_a_transaction(int major, string statement)
    {
        var (database, scripts) = await PrepareAsync(major, "-- evolve-tx-off\n" + statement);
        using (scripts)
        {
            await new Cli(database, scripts).SucceedAsync("up");

            Assert.Equal("1", await database.ScalarAsync("SELECT string_agg(x::text, ',') FROM t"));
            Assert.Equal("V1__a.sql,V2__x.sql", await database.HistoryAsync());
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData(143)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_interrupted_batch_keeps_what_it_committed_and_the_message_says_so(int exitCode)
    {
        var (database, scripts) = await PrepareAsync(15, """
            -- evolve-tx-off
            DO $$ BEGIN FOR i IN 1..1000 LOOP INSERT INTO t VALUES (i); COMMIT; PERFORM pg_sleep(0.1); END LOOP; END $$;
            """);
        using (scripts)
        {
            var migrate = new Cli(database, scripts);
            await using var up = await migrate.StartAsync("up", exitCode == 1 ? "--timeout=4s" : "--timeout=none");
            await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM t)");
            if (exitCode == 143)
            {
                up.Send(Signal.Terminate);
            }
            else if (exitCode == 3)
            {
                await database.ExecuteAsSuperuserAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %' AND datname = current_database()");
            }

            Assert.Equal(exitCode, await up.WaitAsync());
            Assert.Contains("error: V2__x.sql:2:1: ", up.Output, StringComparison.Ordinal);
            Assert.Contains("; batches that the statement had committed stay", up.Output, StringComparison.Ordinal);
            Assert.Contains("The next run exits with 6", up.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("It continues where", up.Output, StringComparison.Ordinal);
            await database.WaitUntilRunsAreGoneAsync();
            var next = await migrate.FailAsync(6, "up");
            Assert.Contains("If not, or if it can safely run again: DELETE FROM", next.Stderr, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_batch_keeps_what_it_committed_and_the_advice_says_so()
    {
        var (database, scripts) = await PrepareAsync(15, "-- evolve-tx-off\nDO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; PERFORM 1 / 0; END $$;");
        using (scripts)
        {
            var up = await new Cli(database, scripts).FailAsync(1, "up");

            Assert.StartsWith("Batches that the statement had committed stay, and the next run starts the statement again.", Next(up), StringComparison.Ordinal);
            Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM t"));
        }
    }

    private static string Next(CliResult up) => up.Stderr.Split('\n').First(l => l.StartsWith("  next: ", StringComparison.Ordinal))["  next: ".Length..];

    private async Task<(TestDatabase, ScriptFolder)> PrepareAsync(int major, string script)
    {
        var database = await server.CreateDatabaseAsync(major);
        var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"CREATE TABLE t (x int);\nCREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE feelings (m mood);\n{Procedure}",
        };
        await new Cli(database, scripts).SucceedAsync("up");
        scripts["V2__x.sql"] = script;
        return (database, scripts);
    }
}
