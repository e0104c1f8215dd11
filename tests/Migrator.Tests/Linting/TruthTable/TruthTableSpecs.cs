using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>
/// The truth table contains what PostgreSQL does. To measure the table again:
/// <c>UPDATE_TRUTH_TABLE=1 MIGRATOR_ALL_POSTGRES=1 dotnet test … --filter-class '*TruthTableSpecs'</c>.
/// </summary>
public sealed class TruthTableSpecs(SharedServer server, ITestOutputHelper output)
{
    private const int Timeout = 300_000;

    public static TheoryData<int> Majors => PostgresMajors.Tested;

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task The_table_contains_the_effects_that_the_server_has(int major)
    {
        var table = TruthTableFile.Read();
        var differences = new List<string>();
        await using var measurement = await Measurement.StartAsync(major);
        foreach (var one in TruthCases.All.Where(c => c.From <= major))
        {
            string measured;
            try
            {
                measured = await measurement.MeasureAsync(one);
            }
            catch (InvalidOperationException e)
            {
                differences.Add($"{one.Name}: {e.Message}");
                continue;
            }

            if (table[one.Name, major] != measured)
            {
                differences.Add($"{one.Name}: {one.Statement}\n  table:    {table[one.Name, major] ?? "(missing)"}\n  measured: {measured}");
                table[one.Name, major] = measured;
            }
        }

        output.WriteLine($"PostgreSQL {major}: {TruthCases.All.Count(c => c.From <= major)} cases, {differences.Count} differences");
        if (Environment.GetEnvironmentVariable("UPDATE_TRUTH_TABLE") == "1")
        {
            table.Write(TruthCases.All);
            Assert.DoesNotContain(differences, d => d.Contains("the setup fails", StringComparison.Ordinal));
            return;
        }

        Assert.True(
            differences.Count == 0,
            $"PostgreSQL {major} differs from {TruthTableFile.RelativePath}. If the server is right, run this test with UPDATE_TRUTH_TABLE=1 and MIGRATOR_ALL_POSTGRES=1, and commit the result.\n"
                + string.Join('\n', differences));
    }

    /// <summary>The reason why <see cref="LintComparison"/> counts an ACCESS EXCLUSIVE lock on an index as a lock that blocks reads.</summary>
    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task A_query_waits_for_the_lock_on_an_index_that_it_does_not_use(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync(Setups.Indexed);
        await using var reindex = await database.ConnectAsync();
        await using var query = await database.ConnectAsync();
        await reindex.ExecuteAsync("BEGIN; REINDEX INDEX t_a");

        var waits = await Assert.ThrowsAsync<PostgresException>(() => query.ExecuteAsync("SET lock_timeout = '50ms'; SELECT count(*) FROM t"));

        Assert.Equal(PostgresErrorCodes.LockNotAvailable, waits.SqlState);
    }
}
