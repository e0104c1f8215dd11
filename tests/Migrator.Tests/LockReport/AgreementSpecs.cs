using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.LockReport;

/// <summary>For a migration that blocks a table, the findings of <c>lint</c> and <c>plan</c> agree with the lock that <c>up</c> reports.</summary>
public sealed class AgreementSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15, "type-change", "ALTER TABLE orders\n    ALTER COLUMN id TYPE bigint;", "reads and writes", true)]
    [InlineData(18, "type-change", "ALTER TABLE orders\n    ALTER COLUMN id TYPE bigint;", "reads and writes", true)]
    [InlineData(15, "index-without-concurrently", "CREATE INDEX orders_id ON orders (id);", "writes", false)]
    [InlineData(18, "set-not-null-without-check", "ALTER TABLE orders ALTER COLUMN id SET NOT NULL;", "reads and writes", false)]
    public async Task Lint_and_up_report_the_same_lock(int major, string rule, string statement, string blocked, bool rewrites)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { ["V1__orders.sql"] = "CREATE TABLE orders (id int, note text);\nINSERT INTO orders SELECT i, repeat('x', 300) FROM generate_series(1, 5000) i;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        // The sleep stands for the time that the statement takes on a large table. The lock is held for this time.
        scripts["V2__change.sql"] = $"-- A change.\n{statement}\nSELECT pg_sleep(1.1);";

        var lint = (await migrate.FailAsync(2, "lint", "--since=1", "--output=json")).Json.GetProperty("findings")[0];
        var lintText = (await migrate.FailAsync(2, "lint", "--since=1")).Stdout;
        var plan = (await migrate.SucceedAsync("plan", "--output=json")).Json.GetProperty("findings")[0];
        var up = await migrate.SucceedAsync("up", "--output=json");

        Assert.Equal($"{rule}|V2__change.sql|orders|error", Join(lint, "rule", "script", "table", "severity"));
        Assert.Equal(Join(lint, "rule", "script", "table", "severity", "line", "message"), Join(plan, "rule", "script", "table", "severity", "line", "message"));
        var applied = up.Json.GetProperty("applied")[0];
        var observed = applied.GetProperty("observed").EnumerateArray().Single(o => o.GetProperty("table").GetString() == "orders");
        Assert.Equal("V2__change.sql", applied.GetProperty("script").GetString());
        Assert.Equal($"2|1|{blocked}|{rewrites}", Join(observed, "line", "column", "blocked", "rewritten"));
        Assert.Equal([rule], observed.GetProperty("rules").EnumerateArray().Select(r => r.GetString()!));
        Assert.True(observed.GetProperty("milliseconds").GetInt64() >= 1_100, up.Stdout);
        Assert.Contains($"{blocked} ", lintText.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains($"V2__change.sql:2:1: {blocked} on orders waited up to 1.", up.Stderr, StringComparison.Ordinal);
        Assert.Contains($"  next: {lint.GetProperty("advice").GetString()} [{rule}]", up.Stderr, StringComparison.Ordinal);
        var warning = up.Json.GetProperty("warnings")[0];
        Assert.Equal("observed-lock|V2__change.sql|2|1", Join(warning, "id", "script", "line", "column"));
        Assert.Equal(
            $"V2__change.sql|orders|{blocked}|{rewrites}",
            await database.ScalarAsync("SELECT script, o->>'table', o->>'blocked', (o->>'rewritten')::bool FROM changelog_audit, jsonb_array_elements(observed) o WHERE o->>'table' = 'orders'"));
    }

    private static string Join(JsonElement element, params string[] names) => string.Join('|', names.Select(n => element.GetProperty(n).ToString()));
}
