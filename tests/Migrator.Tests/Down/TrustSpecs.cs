using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Down;

/// <summary><c>down</c> runs the scripts in changelog_undo as the migration role, so no other role may write to the table.</summary>
public sealed class TrustSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("GRANT INSERT ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT UPDATE ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT DELETE ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT TRUNCATE ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT TRIGGER ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT UPDATE (content) ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT INSERT (version, name, checksum, content) ON changelog_undo TO {0}", "{0} can write")]
    [InlineData("GRANT UPDATE ON changelog_undo TO PUBLIC", "PUBLIC can write")]
    [InlineData("GRANT UPDATE (content) ON changelog_undo TO PUBLIC", "PUBLIC can write")]
    [InlineData("ALTER TABLE changelog_undo OWNER TO {0}; GRANT ALL ON changelog_undo TO app", "the owner is {0}")]
    public async Task Down_refuses_an_undo_table_that_another_role_can_write_and_changes_nothing(string grant, string reason)
    {
        var (database, older, stranger) = await AppliedAsync();
        using var _ = older;
        await database.ExecuteAsSuperuserAsync(Format(grant, stranger));
        var before = await CatalogSnapshot.OfEverythingAsync(database);
        var migrate = new Cli(database, older);

        foreach (var arguments in new[] { "down --to-dir", "down --to-dir --on-missing-undo=skip", "plan --down --to-dir" })
        {
            var refused = await migrate.FailAsync(2, arguments.Split(' '));

            Assert.Contains($"public.changelog_undo: {Format(reason, stranger)}", refused.FirstError, StringComparison.Ordinal);
        }

        Assert.Equal(before, await CatalogSnapshot.OfEverythingAsync(database));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("GRANT SELECT ON changelog_undo TO {0}")]
    [InlineData("GRANT SELECT (content) ON changelog_undo TO {0}")]
    [InlineData("GRANT UPDATE (content) ON changelog_undo TO app")]
    [InlineData("GRANT ALL ON changelog_undo TO app")]
    public async Task Down_accepts_an_undo_table_that_other_roles_can_only_read(string grant)
    {
        var (database, older, stranger) = await AppliedAsync();
        using var _ = older;
        await database.ExecuteAsync(Format(grant, stranger));

        await new Cli(database, older).SucceedAsync("down", "--to-dir");

        Assert.Equal("t1", await database.TablesAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_undo_table_ignores_default_privileges()
    {
        var database = await server.CreateDatabaseAsync();
        var stranger = await StrangerAsync(database);
        await database.ExecuteAsync($"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {stranger}, PUBLIC");
        using var newer = Tables.Write(1, 2);
        using var older = Tables.Write(1);

        await new Cli(database, newer).SucceedAsync("up");

        Assert.Equal(
            ["changelog_audit|True", "changelog_undo|False"],
            await database.RowsAsync($"SELECT relname, has_table_privilege('{stranger}', oid, 'SELECT, UPDATE') FROM pg_class WHERE relname IN ('changelog_audit', 'changelog_undo') ORDER BY 1"));
        await new Cli(database, older).SucceedAsync("down", "--to-dir");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("GRANT ALL ON changelog_undo TO app")]
    [InlineData("GRANT ALL ON changelog_undo TO PUBLIC")]
    [InlineData("SELECT 1")]
    public async Task An_undo_table_that_another_role_created_before_the_first_up_is_never_trusted(string grant)
    {
        var database = await server.CreateDatabaseAsync();
        var stranger = await StrangerAsync(database);
        await database.ExecuteAsSuperuserAsync($"""
            CREATE TABLE changelog_undo (version text PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, content text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
            INSERT INTO changelog_undo VALUES ('2', 'U2__script.sql', '', 'CREATE TABLE evil ()');
            ALTER TABLE changelog_undo OWNER TO {stranger};
            {grant};
            """);
        using var newer = Tables.Write(1, 2);
        newer.Remove("U2__script.sql");
        using var older = Tables.Write(1);

        await new Cli(database, newer).FailAsync(2, "up");
        await new Cli(database, older).FailAsync(2, "down", "--to-dir", "--on-missing-undo=skip");

        Assert.DoesNotContain("evil", await database.TablesAsync(), StringComparison.Ordinal);
    }

    private static string Format(string text, string stranger) => text.Replace("{0}", stranger, StringComparison.Ordinal);

    private static async Task<string> StrangerAsync(TestDatabase database)
    {
        // Roles belong to the server that tests share.
        var stranger = $"stranger_{database.Name}";
        await database.ExecuteAsSuperuserAsync($"CREATE ROLE {stranger}");
        return stranger;
    }

    private async Task<(TestDatabase Database, ScriptFolder Older, string Stranger)> AppliedAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var stranger = await StrangerAsync(database);
        using var newer = Tables.Write(1, 2);
        await new Cli(database, newer).SucceedAsync("up");
        return (database, Tables.Write(1), stranger);
    }
}
