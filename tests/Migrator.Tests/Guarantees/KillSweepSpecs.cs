using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Guarantee 6, for a kill between any two messages of a run: after the server has answered, and before the client has read the
/// answer. <see cref="CrashSpecs"/> kills at random messages, this test at every message.
/// </summary>
public sealed class KillSweepSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int MostMessages = 200;

    // Each message needs two runs and a database of its own.
    [Fact(Timeout = 600_000)]
    public async Task A_run_that_is_killed_after_any_message_is_finished_by_the_next_run()
    {
        using var scripts = new ScriptFolder
        {
            ["V1__t.sql"] = "CREATE TABLE t (x int);\nINSERT INTO t VALUES (1);",
            ["V2__steps.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON t (x);\nINSERT INTO t VALUES (2);\nBEGIN;\nUPDATE t SET x = x + 1;\nCOMMIT;\nVACUUM t;\nDROP INDEX CONCURRENTLY i;",
            ["R__v.sql"] = "CREATE VIEW v AS SELECT * FROM t;",
        };
        var undisturbed = await server.CreateDatabaseAsync();
        await new Cli(undisturbed, scripts).SucceedAsync("up");
        var wanted = await CatalogSnapshot.OfAsync(undisturbed);

        var request = 1;
        for (; await IsKilledAtAsync(request, scripts, wanted); request++)
        {
            Assert.True(request < MostMessages, "the run never ends");
        }

        // A run sends at least 20 messages. A lower number means that no kill was tested.
        Assert.InRange(request, 20, MostMessages);
    }

    private async Task<bool> IsKilledAtAsync(int request, ScriptFolder scripts, IReadOnlyList<string> wanted)
    {
        var database = await server.CreateDatabaseAsync();
        await using var proxy = new Proxy(database);
        var started = new TaskCompletionSource<RunningCli>();
        proxy.At(request, Moment.BeforeReply, async () => await (await started.Task).KillAsync());
        await using (var up = await new Cli(database, scripts) { ["DATABASE_URL"] = proxy.Url }.StartAsync("up"))
        {
            started.SetResult(up);
            if (await up.WaitAsync() == 0)
            {
                return false;
            }
        }

        await new Cli(database, scripts).SucceedAsync("up");
        Assert.Equal(wanted, await CatalogSnapshot.OfAsync(database));
        Assert.Empty(await database.RowsAsync("SELECT * FROM changelog_progress"));
        return true;
    }
}
