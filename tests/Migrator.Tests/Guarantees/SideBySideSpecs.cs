using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Services that share a database migrate at the same time.</summary>
public sealed class SideBySideSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;
    private const int Services = 5;

    public static TheoryData<int> Majors => PostgresMajors.Tested;

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task Runs_with_different_histories_do_not_wait_for_each_other(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var slow = new ScriptFolder { ["V1__slow.sql"] = "SELECT pg_sleep(30);" };
        await using var running = await new Cli(database, slow).StartAsync("up", "--schema=slow");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep(30)"));
        using var fast = new ScriptFolder { ["V1__fast.sql"] = "CREATE TABLE fast ();" };

        var up = await new Cli(database, fast).SucceedAsync("up", "--schema=fast", "--lock-wait=0s");
        var same = await new Cli(database, slow).FailAsync(4, "up", "--schema=slow", "--lock-wait=0s");

        Assert.DoesNotContain("another run", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("another run still holds the lock", same.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task An_application_that_runs_Evolve_excludes_every_run_and_is_the_only_one_named(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var slow = new ScriptFolder { ["V1__slow.sql"] = "SELECT pg_sleep(30);" };
        await using var running = await new Cli(database, slow).StartAsync("up", "--schema=slow");
        await database.WaitUntilAsync(TestDatabase.IsRunning("pg_sleep(30)"));
        await using var evolve = await database.ConnectAsync();
        Assert.Equal("False", await database.ScalarAsync("SELECT pg_try_advisory_lock(12345)"));
        await running.KillAsync();

        // The server notices that the client is gone, and ends the run's session.
        await evolve.ExecuteAsync("SELECT pg_advisory_lock(12345)");

        var refused = await new Cli(database, slow).FailAsync(4, "up", "--schema=other", "--lock-wait=0s");

        Assert.Contains($"another run still holds the lock after 0s: pid {evolve.ProcessID},", refused.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task Scripts_that_race_in_the_catalog_are_retried(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other}"));
        var folders = Enumerable.Range(0, Services).Select(_ => Racing(database)).ToArray();
        try
        {
            var results = await Task.WhenAll(folders.Select((f, i) => new Cli(database, f).RunAsync("up", $"--schema=s{i}", "--lock-wait=100s")));

            Assert.All(results, r => Assert.True(r.ExitCode == 0, r.ToString()));
            Assert.Equal($"{Services}", await database.ScalarAsync("SELECT count(*) FROM pg_tables WHERE tablename = 'done'"));
        }
        finally
        {
            Array.ForEach(folders, f => f.Dispose());
        }
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task An_index_is_built_again_after_a_conflict_that_closes_the_connection(int major)
    {
        // Npgsql closes the connection on XX000. An advance of a sequence is not rolled back, so only the first attempt fails.
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        await database.ExecuteAsync("""
            CREATE TABLE orders (id int); INSERT INTO orders VALUES (1); CREATE SEQUENCE attempt;
            CREATE FUNCTION conflict(id int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                IF nextval('public.attempt') = 1 THEN RAISE EXCEPTION USING ERRCODE = 'XX000', MESSAGE = 'tuple concurrently updated'; END IF;
                RETURN id;
            END $$
            """);
        using var scripts = new ScriptFolder { ["V1__index.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY orders_id ON orders (public.conflict(id));" };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Contains("V1__index.sql: tuple concurrently updated; rolled back, next try in ", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("True", await database.ScalarAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_id'::regclass"));
    }

    private static ScriptFolder Racing(TestDatabase database)
    {
        var scripts = new ScriptFolder();
        for (var version = 1; version <= 12; version++)
        {
            scripts[$"V{version}__race.sql"] = database.Named($$"""
                CREATE OR REPLACE FUNCTION public.shared(n int) RETURNS int LANGUAGE sql AS 'SELECT n + {{version}}';
                GRANT USAGE ON SCHEMA public TO {other};
                CREATE SCHEMA IF NOT EXISTS shared_{{version}};
                CREATE TABLE IF NOT EXISTS public.shared_{{version}} (id int);
                GRANT SELECT ON public.shared_{{version}} TO {other};
                """);
        }

        scripts["V99__done.sql"] = "CREATE TABLE done ();";
        return scripts;
    }
}
