using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary><c>up</c>, <c>down</c> and <c>up</c> again lead to the same objects, rows and history.</summary>
public sealed class RoundTripSpecs(SharedServer server, ITestOutputHelper output) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;

    private static readonly int[] s_targets = [1, 0, 2, 0];

    public static TheoryData<int, int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, int>();
            for (var seed = 1; seed <= 12; seed++)
            {
                seeds.Add(seed % 3 == 0 ? 18 : 15, seed);
            }

            // A different seed in each run, unless MIGRATE_TEST_SEED sets it to repeat a run.
            var given = int.TryParse(Environment.GetEnvironmentVariable("MIGRATE_TEST_SEED"), out var again);
            seeds.Add(15, given ? again : Environment.TickCount & 0xFFFFFF);
            return seeds;
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_samples_first_image_undoes_its_newest_version_and_the_newest_is_applied_again(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var v1 = ScriptFolder.OfSample(1);
        using var v5 = ScriptFolder.OfSample(5);
        var (old, latest) = (new Cli(database, v1), new Cli(database, v5));
        await old.SucceedAsync("up");
        // Rows that were added while v1 was deployed.
        await database.ExecuteAsync("""
            INSERT INTO customers (name, email) VALUES ('Barbara Liskov', 'barbara@example.org');
            INSERT INTO orders (customer_id, placed_at) SELECT id, '2025-06-01' FROM customers WHERE email = 'barbara@example.org';
            """);
        var atV1 = await CatalogSnapshot.OfAsync(database);
        await latest.SucceedAsync("up");
        var atV5 = await CatalogSnapshot.OfAsync(database);
        // Rows that were added while v5 was deployed. They are lost with the tables of v2.
        await database.ExecuteAsync("INSERT INTO shipments (order_id, carrier, tracking_code) SELECT min(id), 'post', '1' FROM orders");

        var down = await old.SucceedAsync("down", "--to-dir");

        Assert.StartsWith("undoing 16 (script stored in the database), 15 (script stored in the database), 14 (", down.Stdout, StringComparison.Ordinal);
        Assert.Contains("Done: 12 versions undone in ", down.Stdout, StringComparison.Ordinal);
        Assert.Equal(atV1, await CatalogSnapshot.OfAsync(database));
        await old.SucceedAsync("validate");
        Assert.StartsWith("Nothing to do", (await old.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
        await old.SucceedAsync("wait", "--timeout=1s");
        await latest.FailAsync(5, "wait", "--timeout=1s");

        await latest.SucceedAsync("up");
        Assert.Equal(atV5, await CatalogSnapshot.OfAsync(database));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_whole_sample_is_undone_and_applied_again()
    {
        var database = await server.CreateDatabaseAsync();
        using var v5 = ScriptFolder.OfSample(5);
        var migrate = new Cli(database, v5);
        await migrate.SucceedAsync("up");
        var before = await CatalogSnapshot.OfAsync(database);

        await migrate.SucceedAsync("down", "--to=0");

        Assert.Empty(await database.TablesAsync());
        Assert.Empty(await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_undo"));
        await migrate.SucceedAsync("up");
        // The rows of customers contain the time when they were inserted.
        Assert.Equal(before.Where(IsNotCustomerRow), (await CatalogSnapshot.OfAsync(database)).Where(IsNotCustomerRow));
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Seeds))]
    public async Task Releases_of_random_scripts_are_undone_and_applied_again(int major, int seed)
    {
        output.WriteLine($"seed {seed}");
        var releases = new RandomReleases(seed).Releases;
        var database = await server.CreateDatabaseAsync(major);
        try
        {
            var snapshots = new List<IReadOnlyList<string>>();
            foreach (var release in releases)
            {
                await new Cli(database, release).SucceedAsync("up");
                snapshots.Add(await StateAsync(database));
            }

            // Returns to each older release in one step, then applies the newer releases one by one.
            foreach (var target in s_targets.Where(t => t < releases.Count))
            {
                await new Cli(database, releases[target]).SucceedAsync("down", "--to-dir");
                Assert.Equal(snapshots[target], await StateAsync(database));
                for (var next = target + 1; next < releases.Count; next++)
                {
                    await new Cli(database, releases[next]).SucceedAsync("up");
                    Assert.Equal(snapshots[next], await StateAsync(database));
                }
            }

            // After all versions are undone, a new run has the same result as in an empty database.
            var fresh = await server.CreateDatabaseAsync(major);
            await new Cli(fresh, releases[^1]).SucceedAsync("up");
            await new Cli(database, releases[0]).SucceedAsync("down", "--to=0");
            Assert.Empty(await database.TablesAsync());
            await new Cli(database, releases[^1]).SucceedAsync("up");
            Assert.Equal(await StateAsync(fresh), await StateAsync(database));
        }
        finally
        {
            foreach (var release in releases)
            {
                release.Dispose();
            }
        }
    }

    /// <summary>
    /// The snapshot with only the last row of each repeatable script. A rollback by two releases does not apply the repeatable
    /// scripts of the release in between, so the earlier rows differ.
    /// </summary>
    private static async Task<IReadOnlyList<string>> StateAsync(TestDatabase database)
    {
        var lines = await CatalogSnapshot.OfAsync(database);
        var repeatables = lines.Where(IsRepeatable).GroupBy(l => l.Split('|')[3]).Select(g => g.Last()).Order(StringComparer.Ordinal);
        return [.. lines.Where(l => !IsRepeatable(l)), .. repeatables];
    }

    private static bool IsNotCustomerRow(string line) => !line.StartsWith("row public.customers ", StringComparison.Ordinal);

    private static bool IsRepeatable(string line) => line.StartsWith("history 4|", StringComparison.Ordinal);
}
