using System.Diagnostics;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 6: if a run is killed at any moment, the next run finishes it, and no script is applied twice or partially.</summary>
public sealed class CrashSpecs(SharedServer server, ITestOutputHelper output) : IClassFixture<Prepared>
{
    [Theory(Timeout = 300_000)]
    [InlineData(15, 120)]
    [InlineData(18, 50)]
    public async Task A_run_that_is_killed_at_any_moment_is_finished_by_the_next_run(int major, int kills)
    {
        using var scripts = ScriptsForCrashes.Write();
        var undisturbed = await server.CreateDatabaseAsync(major);
        await new Cli(undisturbed, scripts).SucceedAsync("up");
        var wanted = await CatalogSnapshot.OfAsync(undisturbed);
        Assert.Equal(ScriptsForCrashes.Count, wanted.Count(line => line.StartsWith("history 0", StringComparison.Ordinal) || line.StartsWith("history 4", StringComparison.Ordinal)));

        for (var (round, done) = (0, 0); done < kills; round++)
        {
            var seed = Seed() + round;
            var database = await server.CreateDatabaseAsync(major);
            var start = Stopwatch.GetTimestamp();
            var killed = await KillUntilSuccessAsync(database, scripts, new Random(seed));
            done += killed.Count;
            output.WriteLine($"seed {seed}: {killed.Count} kills ({string.Join(", ", killed)}) in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");

            Assert.Equal(wanted, await CatalogSnapshot.OfAsync(database));
            Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
            Assert.Empty(await database.RowsAsync("SELECT script FROM runs GROUP BY script HAVING count(*) > 1"));
            Assert.Empty(await database.RowsAsync("SELECT name FROM changelog GROUP BY name HAVING count(*) > 1"));
        }
    }

    /// <summary>The seed: a different one in each run, unless MIGRATE_TEST_SEED sets it to repeat a run.</summary>
    private static int Seed()
        => int.TryParse(Environment.GetEnvironmentVariable("MIGRATE_TEST_SEED"), out var given) ? given : Environment.TickCount & 0xFFFFFF;

#pragma warning disable CA5394 // Not for security.
    private static async Task<List<string>> KillUntilSuccessAsync(TestDatabase database, ScriptFolder scripts, Random random)
    {
        var killed = new List<string>();
        while (true)
        {
            // Some kills come after a delay. Most come around a message, to hit the gap between a statement and its row.
            var moment = (Moment)random.Next(3);
            var request = random.Next(5, 70);
            var delay = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(10, 250)) : Timeout.InfiniteTimeSpan;
            await using var proxy = new Proxy(database);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var started = new TaskCompletionSource<RunningCli>();
            proxy.At(delay == Timeout.InfiniteTimeSpan ? request : int.MaxValue, moment, async () => await (await started.Task).KillAsync());
            await using var up = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.StartAsync("up");
            started.SetResult(up);
            var clock = KillAfterAsync(up, delay, over.Token);
            var exitCode = await up.WaitAsync();
            await over.CancelAsync();
            await clock;
            if (exitCode != 137)
            {
                Assert.True(exitCode == 0, up.Output);
                return killed;
            }

            killed.Add(delay == Timeout.InfiniteTimeSpan ? $"{moment} {request}" : $"{delay.TotalMilliseconds} ms");
        }
    }
#pragma warning restore CA5394

    private static async Task KillAfterAsync(RunningCli up, TimeSpan delay, CancellationToken over)
    {
        try
        {
            await Task.Delay(delay, over);
            await up.KillAsync();
        }
        catch (OperationCanceledException)
        {
            // The run ended before the delay.
        }
    }
}
