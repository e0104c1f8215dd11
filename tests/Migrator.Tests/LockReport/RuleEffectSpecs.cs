using System.Text.Json;
using Migrator.Tests.Linting;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.LockReport;

/// <summary>Each rule of <c>lint</c> is verified with PostgreSQL: the effect that it describes, and that the safer way avoids the effect.</summary>
public sealed class RuleEffectSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const int Rows = 500;

    // The number of rows of orders that this transaction has read in full table scans.
    private const string Proof = "\nCREATE TABLE proof AS SELECT pg_stat_get_xact_tuples_returned('orders'::regclass) AS rows;";

    public static TheoryData<int, int> BadCases => Cases(RuleCases.Bad);

    public static TheoryData<int, int> FailingCases => Cases(RuleCases.Failing);

    public static TheoryData<int, int> SafeCases => Cases(RuleCases.Safe);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(BadCases))]
    public async Task A_statement_that_violates_a_rule_has_the_effect_that_the_rule_describes(int major, int index)
    {
        var one = RuleCases.Bad[index];
        var database = await FilledAsync(major);
        var text = Assert.Single(one.Scripts);

        var observed = await UpAsync(database, one.Reads ? text + Proof : text);

        var orders = observed.Where(o => Text(o, "table") == "orders").ToList();
        if (one.Lock is { } wanted)
        {
            Assert.True(orders.Exists(o => Text(o, "lock") == wanted), $"{one}: wanted {wanted}, saw {string.Join(", ", observed)}");
        }

        Assert.Equal(one.Rewrites, orders.Exists(o => o.GetProperty("rewritten").GetBoolean() && o.GetProperty("bytes").GetInt64() > 0));
        if (one.Reads)
        {
            Assert.True(int.Parse(await database.ScalarAsync("SELECT rows FROM proof"), null) >= Rows, one.ToString());
        }
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(FailingCases))]
    public async Task A_statement_that_a_rule_calls_invalid_fails(int major, int index)
    {
        var database = await FilledAsync(major);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = RuleCases.Failing[index].Scripts[0] };

        Assert.NotEqual(0, (await new Cli(database, scripts).RunAsync("up")).ExitCode);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(SafeCases))]
    public async Task The_safer_way_does_not_read_or_rewrite_the_table_while_it_blocks_other_sessions(int major, int index)
    {
        var one = RuleCases.Safe[index];
        var database = await FilledAsync(major);
        using var scripts = new ScriptFolder();
        for (var i = 0; i < one.Scripts.Length; i++)
        {
            // Each script has its own run, because PostgreSQL counts the rows that a session reads across its transactions.
            var isOne = !one.Scripts[i].Contains("evolve-tx-off", StringComparison.Ordinal);
            scripts[$"V{i + 1}__x.sql"] = isOne ? $"DROP TABLE IF EXISTS proof;\n{one.Scripts[i]}{Proof}" : one.Scripts[i];
            var observed = ObservedBy(await new Cli(database, scripts).SucceedAsync("up", "--output=json"));

            Assert.DoesNotContain(observed, o => o.GetProperty("rewritten").GetBoolean());
            if (observed.Exists(o => Text(o, "table") == "orders" && Text(o, "blocked") != "nothing"))
            {
                Assert.True(isOne, $"{one}: {string.Join(", ", observed)}");
                Assert.True(int.Parse(await database.ScalarAsync("SELECT rows FROM proof"), null) < Rows, one.ToString());
            }
        }
    }

    private async Task<TestDatabase> FilledAsync(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync(RuleCases.Schema);
        await database.ExecuteAsync($"""
            INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, {Rows}) i;
            INSERT INTO orders SELECT i, i, 'v', i, 't', i, i, now() FROM generate_series(1, {Rows}) i;
            REFRESH MATERIALIZED VIEW overview;
            """);
        return database;
    }

    private static async Task<List<JsonElement>> UpAsync(TestDatabase database, string script)
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };
        return ObservedBy(await new Cli(database, scripts).SucceedAsync("up", "--output=json"));
    }

    private static List<JsonElement> ObservedBy(CliResult up)
        => [.. up.Json.GetProperty("applied").EnumerateArray().SelectMany(a => a.GetProperty("observed").EnumerateArray())];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static TheoryData<int, int> Cases(IReadOnlyList<RuleCase> cases)
        => [.. Enumerable.Range(0, cases.Count).SelectMany(i => new[] { (15, i), (18, i) })];
}
