using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Security;

/// <summary>Another role has written to the history and not committed. After a REVOKE, it could still commit.</summary>
public sealed class OpenWriteSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;
    private const string Forged = "INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '2', 'b', 'V2__b.sql', '', 'app', true)";

    [Theory(Timeout = Timeout)]
    [InlineData(13)]
    [InlineData(18)]
    public async Task An_uncommitted_row_of_another_role_stops_each_command_until_the_session_has_ended(int major)
    {
        var (database, scripts, migrate) = await StartAsync(major);
        using var _ = scripts;
        await using var other = await OpenAsync(database, "BEGIN; " + Forged);
        await database.ExecuteAsync(database.Named("REVOKE ALL ON changelog FROM {other}"));

        foreach (var command in new[] { "plan", "validate", "up", "down --to=0", "repair" })
        {
            var result = await migrate.FailAsync(2, command.Split(' '));
            Assert.Contains("holds a lock for writing, and may have changed rows", result.Stderr, StringComparison.Ordinal);
            Assert.Contains("SELECT pg_terminate_backend(", result.Stderr, StringComparison.Ordinal);
        }

        await other.DisposeAsync();
        await migrate.SucceedAsync("up");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(13)]
    [InlineData(18)]
    public async Task A_prepared_transaction_of_another_role_stops_a_command_before_and_after_a_restart(int major)
    {
        await using var own = await MigrationServer.StartAsync(new PostgresOptions { Major = major, Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "5" } });
        var (database, scripts, migrate) = await PrepareAsync(await own.CreateDatabaseAsync());
        using var _ = scripts;
        await using (await OpenAsync(database, $"BEGIN; {Forged}; PREPARE TRANSACTION 'it''s open'"))
        {
        }

        await database.ExecuteAsync(database.Named("REVOKE ALL ON changelog FROM {other}"));

        await FailsAsync(migrate);
        await own.StopAsync(StopMode.Fast);
        await own.StartAgainAsync();
        await FailsAsync(migrate);
        await database.ExecuteAsSuperuserAsync("ROLLBACK PREPARED 'it''s open'");
        await migrate.SucceedAsync("up");

        static async Task FailsAsync(Cli migrate)
        {
            foreach (var command in new[] { "plan", "up" })
            {
                Assert.Contains("ROLLBACK PREPARED 'it''s open';", (await migrate.FailAsync(2, command)).Stderr, StringComparison.Ordinal);
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task An_uncommitted_row_of_a_role_that_was_dropped_stops_a_command()
    {
        var (database, scripts, migrate) = await StartAsync(18);
        using var _ = scripts;
        await using var other = await OpenAsync(database, "BEGIN; " + Forged);
        await database.ExecuteAsSuperuserAsync(database.Named("DROP OWNED BY {other}; DROP ROLE {other}"));

        var up = await migrate.FailAsync(2, "up");

        Assert.Contains("holds a lock for writing, and may have changed rows", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_uncommitted_row_of_a_member_of_a_trusted_role_does_not_stop_a_command()
    {
        var (database, scripts, migrate) = await StartAsync(18);
        using var _ = scripts;
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {group}; GRANT {group} TO {other}"));
        await using var other = await OpenAsync(database, "BEGIN; " + Forged);

        await migrate.SucceedAsync("plan", "--trust-role", database.Named("{group}"));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_uncommitted_row_of_the_owner_does_not_stop_a_plan()
    {
        var (database, scripts, migrate) = await StartAsync(18);
        using var _ = scripts;
        await database.ExecuteAsync(database.Named("REVOKE ALL ON changelog FROM {other}; REVOKE ALL ON SEQUENCE changelog_id_seq FROM {other}"));
        await using var own = await database.ConnectAsync();
        await own.ExecuteAsync("BEGIN; UPDATE changelog SET description = description");

        await migrate.SucceedAsync("plan");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_advice_for_a_grant_is_to_revoke_it_and_to_end_sessions_before_looking_for_rows()
    {
        var (database, scripts, migrate) = await StartAsync(18);
        using var _ = scripts;

        var result = await migrate.FailAsync(2, "plan");

        Assert.Matches("REVOKE .*end the sessions and the prepared transactions of the role.*look for rows", result.Stderr.ReplaceLineEndings(" "));
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database, string statements)
    {
        var login = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = database.Named("{other}"), Password = "other" };
        var session = new NpgsqlConnection(login.ConnectionString);
        await session.OpenAsync(TestContext.Current.CancellationToken);
        await session.ExecuteAsync(statements);
        return session;
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> StartAsync(int major) => await PrepareAsync(await server.CreateDatabaseAsync(major));

    private static async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> PrepareAsync(TestDatabase database)
    {
        await database.ExecuteAsSuperuserAsync(database.Named("GRANT CREATE ON SCHEMA public TO app; CREATE ROLE {other} LOGIN PASSWORD 'other'; GRANT USAGE ON SCHEMA public TO {other}"));
        var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["U1__a.sql"] = "DROP TABLE a;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__b.sql"] = "CREATE TABLE b ();";
        await database.ExecuteAsync(database.Named("GRANT INSERT ON changelog TO {other}; GRANT USAGE ON SEQUENCE changelog_id_seq TO {other}"));
        return (database, scripts, migrate);
    }
}
