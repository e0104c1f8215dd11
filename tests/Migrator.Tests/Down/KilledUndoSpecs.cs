using System.Globalization;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary>Guarantee 6 for <c>down</c>: if it is killed at any moment, the next run finishes it, and no version is undone twice or partially.</summary>
public sealed class KilledUndoSpecs(SharedServer server, ITestOutputHelper output) : IClassFixture<Prepared>
{
    private const int Timeout = 300_000;

    // A run that is not killed sends about 60 requests.
    private const int MostRequests = 60;

    [Theory(Timeout = Timeout)]
    [InlineData(15, 60)]
    [InlineData(18, 20)]
    public async Task A_down_that_is_killed_at_any_moment_is_finished_by_the_next_run(int major, int kills)
    {
        using var older = Release(2);
        using var newer = Release(9);
        var template = await server.CreateDatabaseAsync(major);
        await new Cli(template, older).SucceedAsync("up");
        var wanted = (await CatalogSnapshot.OfAsync(template)).Where(IsNotRunRow).ToList();

        for (var (round, done) = (0, 0); done < kills; round++)
        {
            var seed = Seed() + round;
            var database = await server.CreateDatabaseAsync(major);
            await new Cli(database, older).SucceedAsync("up");
            await new Cli(database, newer).SucceedAsync("up");

            var killed = await KillUntilSuccessAsync(database, older, new Random(seed));

            done += killed.Count;
            output.WriteLine($"seed {seed}: killed {string.Join(", ", killed)}");
            Assert.Equal(wanted, (await CatalogSnapshot.OfAsync(database)).Where(IsNotRunRow));
            Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
            Assert.Empty(await database.RowsAsync("SELECT script FROM runs WHERE script LIKE 'U%' GROUP BY script HAVING count(*) <> 1"));
            Assert.Equal("7", await database.ScalarAsync("SELECT count(DISTINCT script) FROM runs WHERE script LIKE 'U%'"));
            await new Cli(database, older).SucceedAsync("wait", "--timeout=1s");
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("down", "--to-dir")]
    [InlineData("up")]
    public async Task Repeatables_of_a_down_that_is_killed_before_them_run_in_the_next_run(params string[] next)
    {
        using var older = Release(2);
        using var newer = Release(9);
        var (database, wanted) = await KilledBeforeRepeatablesAsync(older, newer);
        var migrate = new Cli(database, older);
        Assert.Equal("V1__script.sql,V2__script.sql", await database.HistoryAsync());
        Assert.Equal("False", await database.ScalarAsync("SELECT to_regclass('all_runs') IS NOT NULL"));

        var wait = await migrate.FailAsync(5, "wait", "--timeout=1s");
        Assert.Contains("waiting for R__a_view.sql, R__view.sql", wait.Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(5, "status", "--exit-code");
        await migrate.SucceedAsync(next);

        Assert.Equal(wanted, (await CatalogSnapshot.OfAsync(database)).Where(IsNotRunRow));
        await migrate.SucceedAsync("wait", "--timeout=1s");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_newer_folder_also_runs_its_repeatables_after_a_down_that_was_killed_before_them()
    {
        using var older = Release(2);
        using var newer = Release(9);
        var (database, _) = await KilledBeforeRepeatablesAsync(older, newer);

        await new Cli(database, newer).SucceedAsync("up");

        Assert.Equal("True", await database.ScalarAsync("SELECT to_regclass('only_newer') IS NOT NULL AND to_regclass('all_runs') IS NOT NULL"));
        await new Cli(database, newer).SucceedAsync("wait", "--timeout=1s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_view_of_the_newer_folder_is_created_again_with_the_newer_folder()
    {
        using var older = Release(2);
        using var newer = Release(9);
        var database = await server.CreateDatabaseAsync();
        await new Cli(database, newer).SucceedAsync("up");
        var before = (await CatalogSnapshot.OfAsync(database)).Where(IsNotRunRow).ToList();

        await new Cli(database, older).SucceedAsync("down", "--to-dir");
        Assert.Equal("False", await database.ScalarAsync("SELECT to_regclass('only_newer') IS NOT NULL"));
        await new Cli(database, newer).FailAsync(5, "wait", "--timeout=1s");
        await new Cli(database, newer).SucceedAsync("up");

        Assert.Equal(before.Where(IsNotRepeatableRow), (await CatalogSnapshot.OfAsync(database)).Where(IsNotRunRow).Where(IsNotRepeatableRow));
    }

    private async Task<(TestDatabase Database, List<string> Wanted)> KilledBeforeRepeatablesAsync(ScriptFolder older, ScriptFolder newer)
    {
        var database = await server.CreateDatabaseAsync();
        await new Cli(database, older).SucceedAsync("up");
        var wanted = (await CatalogSnapshot.OfAsync(database)).Where(IsNotRunRow).ToList();
        await new Cli(database, newer).SucceedAsync("up");
        await using var proxy = new Proxy(database);
        var started = new TaskCompletionSource<RunningCli>();
        proxy.At("CREATE VIEW a_view", Moment.BeforeRequest, async () => await (await started.Task).KillAsync());
        await using var down = await new Cli(database, older) { ["DATABASE_URL"] = proxy.Url }.StartAsync("down", "--to-dir");
        started.SetResult(down);
        Assert.Equal(137, await down.WaitAsync());
        await database.WaitUntilRunsAreGoneAsync();
        return (database, wanted);
    }

#pragma warning disable CA5394 // Not for security.
    private static async Task<List<string>> KillUntilSuccessAsync(TestDatabase database, ScriptFolder older, Random random)
    {
        var killed = new List<string>();
        while (true)
        {
            var (moment, request) = ((Moment)random.Next(3), random.Next(5, MostRequests));
            await using var proxy = new Proxy(database);
            var started = new TaskCompletionSource<RunningCli>();
            proxy.At(request, moment, async () => await (await started.Task).KillAsync());
            await using var down = await new Cli(database, older) { ["DATABASE_URL"] = proxy.Url }.StartAsync("down", "--to-dir");
            started.SetResult(down);
            var exitCode = await down.WaitAsync();
            if (exitCode != 137)
            {
                Assert.True(exitCode == 0, down.Output);
                return killed;
            }

            killed.Add($"{moment} {request}");
        }
    }
#pragma warning restore CA5394

    /// <summary>The seed: a different one in each run, unless MIGRATE_TEST_SEED sets it to repeat a run.</summary>
    private static int Seed()
        => int.TryParse(Environment.GetEnvironmentVariable("MIGRATE_TEST_SEED"), out var given) ? given : Environment.TickCount & 0xFFFFFF;

    private static bool IsNotRunRow(string line) => !line.StartsWith("row public.runs", StringComparison.Ordinal);

    private static bool IsNotRepeatableRow(string line) => !line.StartsWith("history 4", StringComparison.Ordinal);

    /// <summary>Writes undo scripts of each kind. Each undo script adds a row to a table that is not undone.</summary>
    private static ScriptFolder Release(int versions)
    {
        var scripts = new ScriptFolder { ["R__view.sql"] = "DROP VIEW IF EXISTS all_runs;\nCREATE VIEW all_runs AS SELECT * FROM runs;", ["R__a_view.sql"] = "DROP VIEW IF EXISTS a_view;\nCREATE VIEW a_view AS SELECT 1 AS x;" };
        scripts.Add(1, "CREATE TABLE runs (script text);", undo: null);
        scripts.Add(2, "CREATE TABLE t2 (x int, y text);", undo: null);
        for (var version = 3; version <= versions; version++)
        {
            var v = version.ToString(CultureInfo.InvariantCulture);
            var mark = $"INSERT INTO runs VALUES ('U{v}');";
            var (up, undo) = (version % 3) switch
            {
                0 => ($"CREATE TABLE t{v} (x int); INSERT INTO t{v} VALUES (1); ALTER TABLE t2 ADD COLUMN c{v} int;", $"DROP VIEW IF EXISTS all_runs, a_view, only_newer;\nDROP TABLE t{v};\nALTER TABLE t2 DROP COLUMN c{v};\n{mark}"),
                1 => ($"-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i{v} ON t2 (x);\nCREATE INDEX CONCURRENTLY k{v} ON t2 (y);", $"-- evolve-tx-off\nDROP INDEX CONCURRENTLY k{v};\n{mark}\nDROP INDEX CONCURRENTLY i{v};"),
                _ => ($"CREATE FUNCTION f{v}() RETURNS int LANGUAGE sql AS 'SELECT {v}';", $"-- evolve-tx-off\nBEGIN;\nDROP FUNCTION f{v}();\n{mark}\nCOMMIT;\nVACUUM t2;"),
            };
            scripts.Add(version, up, undo);
        }

        if (versions > 2)
        {
            scripts["R__only_newer.sql"] = "CREATE OR REPLACE VIEW only_newer AS SELECT x, c3 FROM t2;";
        }

        return scripts;
    }
}
