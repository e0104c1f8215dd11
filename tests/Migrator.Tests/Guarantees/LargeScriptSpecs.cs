using System.Globalization;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Scripts are streamed, so memory does not grow with their size. The chart gives the migration's container 256 MiB.</summary>
public sealed class LargeScriptSpecs(SharedServer server, ITestOutputHelper output) : IClassFixture<Prepared>
{
    private const int Timeout = 240_000;
    private const int Megabyte = 1_000_000;

    // The chart's limit, in hexadecimal as .NET expects it.
    private const string ChartLimit = "10000000";

    [Theory(Timeout = Timeout)]
    [InlineData("COPY t FROM stdin;\n", "", "\\.\n")]
    [InlineData("", "INSERT INTO t VALUES ('{0}');\n", "")]
    [InlineData("-- evolve-tx-off\nCOPY t FROM stdin;\n", "", "\\.\n")]
    [InlineData("-- evolve-tx-off\nBEGIN;\n", "INSERT INTO t VALUES ('{0}');\n", "COMMIT;\n")]
    public async Task A_script_of_100_MB_is_applied_with_less_than_120_MB(string start, string row, string end)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x text)");
        using var scripts = new ScriptFolder();
        var rows = await WriteAsync(Path.Combine(scripts.Path, "V1__large.sql"), start, row, end, 100 * Megabyte);

        var peak = await PeakAsync(database, scripts, "up");

        Assert.Equal(rows.ToString(CultureInfo.InvariantCulture), await database.ScalarAsync("SELECT count(*) FROM t"));
        Assert.InRange(peak, 1, 120 * Megabyte);
    }

    [Fact(Timeout = Timeout)]
    public async Task Applied_scripts_of_500_MB_are_verified_with_less_than_48_MB()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        for (var version = 1; version <= 5; version++)
        {
            // The text is a comment, so the server has no work.
            await WriteAsync(Path.Combine(scripts.Path, $"V{version}__large.sql"), "SELECT 1;\n", "-- {0}\n", "", 100 * Megabyte);
        }

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.All(
            [await PeakAsync(database, scripts, "up"), await PeakAsync(database, scripts, "wait"), await PeakAsync(database, scripts, "status")],
            peak => Assert.InRange(peak, 1, 48 * Megabyte));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_that_changes_while_it_runs_is_rolled_back()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        var path = Path.Combine(scripts.Path, "V1__x.sql");
        await File.WriteAllTextAsync(path, "CREATE TABLE t (x int);\nSELECT pg_advisory_lock(1);\n" + Padding() + "INSERT INTO t VALUES (1);\n", TestContext.Current.CancellationToken);
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(1)");
        await using var migrate = await new Cli(database, scripts).StartAsync("up");
        await migrate.SaysAsync("waits for a lock");

        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace("VALUES (1)", "VALUES (2)", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("SELECT pg_advisory_unlock(1)");

        Assert.Equal(2, await migrate.WaitAsync());
        Assert.Contains("error: V1__x.sql: the script was changed after the run had started", migrate.Output, StringComparison.Ordinal);
        Assert.Equal("", await database.ScalarAsync("SELECT to_regclass('t')::text"));
        Assert.Equal("failed", await database.ScalarAsync("SELECT outcome FROM changelog_audit"));

        // More text than one round trip contains, so the rest of the script is not read yet while the run waits for the lock.
        static string Padding() => string.Concat(Enumerable.Repeat($"SELECT '{new string('x', 1000)}';\n", 1000));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_that_is_applied_is_reported_though_a_later_one_changes_meanwhile()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (x int)");
        using var scripts = new ScriptFolder
        {
            ["V1__t.sql"] = "ALTER TABLE t ADD y int;\nSELECT pg_advisory_lock(1), pg_sleep(1.1);",
            ["V2__a.sql"] = "CREATE TABLE a ();",
            ["V3__b.sql"] = "CREATE TABLE b ();",
        };
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(1)");
        await using var migrate = await new Cli(database, scripts).StartAsync("up", "--output=json");
        await migrate.SaysAsync("waits for a lock");

        scripts["V3__b.sql"] = "CREATE TABLE c ();";
        await holder.ExecuteAsync("SELECT pg_advisory_unlock(1)");

        Assert.Equal(2, await migrate.WaitAsync());
        Assert.Contains("\"V3__b.sql\",", migrate.Output, StringComparison.Ordinal);
        Assert.Equal(["V1__t.sql|applied|True", "V2__a.sql|applied|False", "V3__b.sql|failed|False"], await database.RowsAsync("SELECT script, outcome, observed IS NOT NULL FROM changelog_audit ORDER BY id"));
    }

    [Fact(Timeout = Timeout)]
    public async Task SIGTERM_ends_a_run_that_waits_to_create_its_tables()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await other.ExecuteAsync("CREATE TABLE changelog ()");
        await using var migrate = await new Cli(database, scripts).StartAsync("up", "--lock-timeout=none");
        await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE%' AND wait_event_type = 'Lock')");
        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        migrate.Send(Migrator.Tooling.Processes.Signal.Terminate);

        Assert.Equal(143, await migrate.WaitAsync());
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Contains("ended by SIGTERM; uncommitted changes were rolled back", migrate.Output, StringComparison.Ordinal);
    }

    // Writes lines of about 500 characters, until the file has the given size.
    private static async Task<int> WriteAsync(string path, string start, string row, string end, int size)
    {
        await using var writer = new StreamWriter(path);
        await writer.WriteAsync(start);
        var rows = 0;
        for (var written = 0; written < size; rows++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{rows}{new string('x', 500)}");
            var line = row.Length == 0 ? text + "\n" : row.Replace("{0}", text, StringComparison.Ordinal);
            await writer.WriteAsync(line);
            written += line.Length;
        }

        await writer.WriteAsync(end);
        return rows;
    }

    // Returns the peak resident memory of a successful run in bytes, with the chart's limit for .NET's heap.
    private async Task<long> PeakAsync(TestDatabase database, ScriptFolder scripts, string command)
    {
        await using var migrate = await new Cli(database, scripts) { ["DOTNET_GCHeapHardLimit"] = ChartLimit }.StartAsync(command);
        var peak = 0L;
        var end = migrate.WaitAsync();
        while (!end.IsCompleted)
        {
            peak = Math.Max(peak, Peak(migrate.Id));
            await Task.WhenAny(end, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        Assert.True(await end == 0, migrate.Output);
        output.WriteLine($"{command}: {peak / Megabyte} MB");
        return peak;
    }

    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // The process has ended.
            return 0;
        }
    }
}
