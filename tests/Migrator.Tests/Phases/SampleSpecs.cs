using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary>The sample service renames a column in two releases: v4 adds the new name, v5 drops the old one in a contract script.</summary>
public sealed class SampleSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;
    private const string Contract = "V16__drop_order_reference.contract.sql";

    // What differs after the undo of the contract script: PostgreSQL adds a column only at the end.
    private static readonly string[] s_positions = ["column public.orders ", "row public.orders "];

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_releases_are_migrated_one_by_one_in_phases(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var v3 = ScriptFolder.OfSample(3);
        await new Cli(database, v3).SucceedAsync("up");
        using var v4 = ScriptFolder.OfSample(4);
        await new Cli(database, v4).SucceedAsync("up", "--phase=expand");
        Assert.Equal(
            "O-2025-000001 O-2025-000001",
            await database.ScalarAsync("SELECT number || ' ' || reference FROM orders ORDER BY id LIMIT 1"));

        using var v5 = ScriptFolder.OfSample(5);
        var migrate = new Cli(database, v5);
        var expand = await migrate.SucceedAsync("up", "--phase=expand");
        Assert.Contains($"Contract scripts stay pending: {Contract}", expand.Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--timeout=0s");
        await new Cli(database, v4).SucceedAsync("wait", "--timeout=0s");
        Assert.Equal("number,reference", await NamesAsync(database));

        await migrate.SucceedAsync("up", "--phase=contract");

        await migrate.SucceedAsync("wait", "--timeout=0s");
        var older = await new Cli(database, v4).FailAsync(6, "wait", "--timeout=0s");
        Assert.Contains(Contract, older.Stderr, StringComparison.Ordinal);
        Assert.Equal("number", await NamesAsync(database));
        Assert.Equal("O-2025-000001", await database.ScalarAsync("SELECT number FROM order_overview ORDER BY order_id LIMIT 1"));
    }

    /// <summary>A developer's database may be older than the previous release.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Version_order_leads_to_the_same_objects_from_every_release(int release)
    {
        using var v5 = ScriptFolder.OfSample(5);
        var phases = await server.CreateDatabaseAsync();
        using (var v4 = ScriptFolder.OfSample(4))
        {
            await new Cli(phases, v4).SucceedAsync("up");
        }

        await new Cli(phases, v5).SucceedAsync("up", "--phase=expand");
        await new Cli(phases, v5).SucceedAsync("up", "--phase=contract");
        var database = await server.CreateDatabaseAsync();
        if (release > 0)
        {
            using var older = ScriptFolder.OfSample(release);
            await new Cli(database, older).SucceedAsync("up");
        }

        await new Cli(database, v5).SucceedAsync("up");

        Assert.Equal(await ObjectsAsync(phases), await ObjectsAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_undo_script_of_the_contract_script_restores_the_column_with_its_values()
    {
        var database = await server.CreateDatabaseAsync();
        using var v4 = ScriptFolder.OfSample(4);
        using var v5 = ScriptFolder.OfSample(5);
        var (old, latest) = (new Cli(database, v4), new Cli(database, v5));
        await old.SucceedAsync("up");
        var before = await CatalogSnapshot.OfAsync(database);
        await latest.SucceedAsync("up", "--phase=expand");
        await latest.SucceedAsync("up", "--phase=contract");
        // A row that was added while only v5 was deployed.
        await database.ExecuteAsync("INSERT INTO orders (customer_id, placed_at) SELECT min(id), '2026-01-01' FROM customers");

        await old.SucceedAsync("down", "--phase=contract", "--to-dir");

        Assert.Equal("True", await database.ScalarAsync("SELECT bool_and(reference = number) FROM orders"));
        await database.ExecuteAsync("DELETE FROM orders WHERE placed_at = '2026-01-01'");
        await old.SucceedAsync("down", "--to-dir");
        var after = await CatalogSnapshot.OfAsync(database);
        Assert.Equal(before.Where(IsComparable), after.Where(IsComparable));
        Assert.Equal("number,reference", await NamesAsync(database));
        await old.SucceedAsync("wait", "--timeout=0s");
    }

    /// <summary>v3 writes the old name, v5 the new one, and both run beside v4.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("INSERT INTO orders (id, customer_id, reference) OVERRIDING SYSTEM VALUE VALUES (100, 1, 'A')", "A")]
    [InlineData("INSERT INTO orders (id, customer_id, number) OVERRIDING SYSTEM VALUE VALUES (100, 1, 'B')", "B")]
    [InlineData("INSERT INTO orders (id, customer_id, number, reference) OVERRIDING SYSTEM VALUE VALUES (100, 1, 'B', 'A')", "B")]
    [InlineData("INSERT INTO orders (id, customer_id, placed_at) OVERRIDING SYSTEM VALUE VALUES (100, 1, '2026-06-01')", "O-2026-000100")]
    [InlineData("UPDATE orders SET reference = 'A' WHERE id = 1", "A")]
    [InlineData("UPDATE orders SET number = 'B' WHERE id = 1", "B")]
    [InlineData("UPDATE orders SET number = 'B', reference = 'A' WHERE id = 1", "B")]
    [InlineData("UPDATE orders SET number = NULL WHERE id = 1", "O-2025-000001")]
    [InlineData("UPDATE orders SET placed_at = '2026-06-01' WHERE id = 1", "O-2025-000001")]
    [InlineData("UPDATE orders SET reference = 'A' WHERE id = 1; UPDATE orders SET reference = 'C' WHERE id = 1", "C")]
    public async Task The_trigger_keeps_both_columns_equal(string sql, string number)
    {
        var database = await server.CreateDatabaseAsync();
        using var v4 = ScriptFolder.OfSample(4);
        await new Cli(database, v4).SucceedAsync("up");

        await database.ExecuteAsync(sql);

        Assert.Equal(
            $"{number} {number}",
            await database.ScalarAsync("SELECT number || ' ' || reference FROM orders WHERE id IN (1, 100) ORDER BY id DESC LIMIT 1"));
    }

    /// <summary>Before the backfill, v3 continues to update rows without a number.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("UPDATE orders SET placed_at = '2026-06-01' WHERE id = 1", "O-2025-000001")]
    [InlineData("UPDATE orders SET reference = 'A' WHERE id = 1", "A")]
    public async Task An_update_before_the_backfill_sets_the_new_column(string sql, string number)
    {
        var database = await server.CreateDatabaseAsync();
        using var v4 = ScriptFolder.OfSample(4);
        await new Cli(database, v4).SucceedAsync("up", "--target=11");
        Assert.Equal("True", await database.ScalarAsync("SELECT bool_and(number IS NULL) FROM orders"));

        await database.ExecuteAsync(sql);

        Assert.Equal($"{number} {number}", await database.ScalarAsync("SELECT number || ' ' || reference FROM orders WHERE id = 1"));
        await new Cli(database, v4).SucceedAsync("up");
        Assert.Equal("True", await database.ScalarAsync("SELECT bool_and(number = reference) FROM orders"));
    }

    private static Task<string> NamesAsync(TestDatabase database) => database.ScalarAsync("""
        SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute
         WHERE attrelid = 'orders'::regclass AND attname IN ('reference', 'number')
        """);

    private static async Task<IReadOnlyList<string>> ObjectsAsync(TestDatabase database) =>
        [.. (await CatalogSnapshot.OfAsync(database)).Where(line => !IsHistory(line) && !line.StartsWith("row public.customers ", StringComparison.Ordinal))];

    private static bool IsHistory(string line) => line.StartsWith("history ", StringComparison.Ordinal);

    // The undo runs the repeatable script again, so the history has a row more.
    private static bool IsComparable(string line) =>
        !IsHistory(line) && !Array.Exists(s_positions, position => line.StartsWith(position, StringComparison.Ordinal));
}
