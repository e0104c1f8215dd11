using System.Text.RegularExpressions;
using Migrator.Tests.Support;
using Migrator.Tooling;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>The worked example of SECURITY.md does what the page says.</summary>
public sealed partial class SecurityPageSpecs : IClassFixture<Prepared>
{
    private const string Password = "change it";

    public static TheoryData<int> Majors => PostgresMajors.Tested;

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Majors))]
    public async Task The_roles_of_the_page_can_do_what_they_need_and_nothing_else(int major)
    {
        await using var own = await MigrationServer.StartAsync(major);
        var other = await own.CreateDatabaseAsync();
        var blocks = Block.Matches(await File.ReadAllTextAsync(RepositoryRoot.Combine("SECURITY.md"), TestContext.Current.CancellationToken)).Select(m => m.Groups[1].Value).ToArray();
        Assert.Equal(3, blocks.Length);
        foreach (var statement in blocks[0].Split(";").Select(s => Regex.Replace(s, "--.*", "").Trim()).Where(s => s.Length > 0))
        {
            // CREATE DATABASE cannot run together with other statements.
            await other.ExecuteAsSuperuserAsync(statement);
        }

        var database = own.Database("orders");
        await database.ExecuteAsSuperuserAsync(blocks[1]);
        using var scripts = new ScriptFolder
        {
            ["V1__grants.sql"] = blocks[2],
            ["V2__orders.sql"] = "CREATE TABLE orders (id serial PRIMARY KEY);",
            ["U2__orders.sql"] = "DROP TABLE orders;",
        };

        var migrator = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf("orders_migrator", Password) };
        await migrator.SucceedAsync("up");
        await migrator.SucceedAsync("up");
        await migrator.SucceedAsync("plan", "--down", "--steps=1");

        var gate = new Cli(database, scripts) { ["DATABASE_URL"] = database.UrlOf("orders_gate", Password) };
        await gate.SucceedAsync("wait", "--timeout=0s", "--history-owner=orders_owner");
        await gate.SucceedAsync("status", "--history");
        await gate.FailAsync(2, "up");

        await MayAsync("orders_app", "INSERT INTO orders DEFAULT VALUES; SELECT FROM orders; SELECT FROM changelog");
        await MayNotAsync("orders_app", "INSERT INTO changelog (version, description, name, installed_by, success) VALUES ('3', '', '', '', true)");
        await MayNotAsync("orders_app", "UPDATE changelog_undo SET content = ''");
        await MayNotAsync("orders_app", "CREATE TABLE x ()");
        await MayNotAsync("orders_app", "DROP TABLE orders");
        await MayNotAsync("orders_gate", "SELECT FROM orders");
        await MayNotAsync("orders_gate", "SELECT FROM changelog_undo");
        await MayNotAsync("app", "SELECT 1");
        await own.ExecuteAsync($"ALTER ROLE app PASSWORD '{Password}'");
        await MayNotAsync("app", "SELECT 1");

        async Task MayAsync(string role, string sql)
        {
            await using var source = NpgsqlDataSource.Create($"Host={database.Host};Port={database.Port};Username={role};Password={Password};Database=orders;Pooling=false");
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        async Task MayNotAsync(string role, string sql)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => MayAsync(role, sql));
            Assert.True(refused.SqlState is "42501" or "28P01", $"{role}: {sql}: {refused.Message}");
        }
    }
}
