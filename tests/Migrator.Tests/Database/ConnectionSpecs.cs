using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Database;

public sealed class ConnectionSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task The_database_can_be_set_in_every_documented_way()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        using var settings = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(settings.Path, "DATABASE_URL"), database.Url + "\n", TestContext.Current.CancellationToken);

        await In(scripts).SucceedAsync("up", "--connection", database.Url);
        await In(scripts).SucceedAsync("wait", "--connection", database.ConnectionString);
        await In(scripts).SucceedAsync("wait", "--settings-dir", settings.Path);
        await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_CONNECTION"] = database.ConnectionString }.SucceedAsync("wait");
        await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["DATABASE_URL"] = database.Url }.SucceedAsync("wait");
        await new Cli
        {
            ["MIGRATE_DIR"] = scripts.Path,
            ["DATABASE_URL"] = $"postgres://{database.Host}:{database.Port}",
            ["PGDATABASE"] = database.Name,
            ["PGUSER"] = SharedServer.Role,
            ["PGPASSWORD"] = SharedServer.Password,
        }.SucceedAsync("wait");
        await new Cli
        {
            ["MIGRATE_DIR"] = scripts.Path,
            ["DATABASE_URL"] = $"postgres://127.0.0.1:{FreePort.Next()},{database.Host}:{database.Port}/{database.Name}",
            ["PGUSER"] = SharedServer.Role,
            ["PGPASSWORD"] = SharedServer.Password,
        }.SucceedAsync("wait");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("password authentication failed for user", "CREATE ROLE {other} LOGIN PASSWORD 'other'", "ALTER ROLE {other} PASSWORD 'late'")]
    [InlineData("password authentication failed for user", "SELECT 1", "CREATE ROLE {other} LOGIN PASSWORD 'late'")]
    [InlineData("is not permitted to log in", "CREATE ROLE {other} NOLOGIN PASSWORD 'late'", "ALTER ROLE {other} LOGIN")]
    [InlineData("does not exist", "CREATE ROLE {other} LOGIN PASSWORD 'late'", "CREATE DATABASE {other} OWNER {other}")]
    public async Task A_role_a_password_or_a_database_can_be_created_later_with_retry_login(string reason, string before, string after)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync(database.Named(before + "; GRANT ALL ON SCHEMA public TO PUBLIC"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };
        var url = database.UrlOf(database.Named("{other}"), "late");
        if (after.StartsWith("CREATE DATABASE", StringComparison.Ordinal))
        {
            url = url[..(url.LastIndexOf('/') + 1)] + database.Named("{other}");
        }

        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["DATABASE_URL"] = url };

        var refused = await migrate.FailAsync(2, "up");
        var expired = await migrate.FailAsync(3, "up", "--retry-login", "--connect-wait=1s");
        await using var up = await migrate.StartAsync("up", "--retry-login");
        await up.SaysAsync("waiting for the database ");
        await database.ExecuteAsSuperuserAsync(database.Named(after));

        Assert.Equal(0, await up.WaitAsync());
        Assert.Contains(reason, refused.Stderr, StringComparison.Ordinal);
        Assert.Contains(" (still after ", expired.Stderr, StringComparison.Ordinal);
        Assert.Contains(reason, expired.Stderr, StringComparison.Ordinal);
        Assert.Contains(reason, up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Up_waits_for_a_database_that_is_not_running_yet()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var late = await PostgresServer.StartAsync(cancellationToken: cancel);
        await late.StopAsync(cancellationToken: cancel);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["DATABASE_URL"] = late.Url() };
        await using var up = await migrate.StartAsync("up");
        while (!up.Output.Contains("waiting for the database postgres on 127.0.0.1", StringComparison.Ordinal))
        {
            await Task.Delay(50, cancel);
        }

        await late.StartAgainAsync(cancel);

        Assert.Equal(0, await up.WaitAsync());
        Assert.Contains("applied V1__a.sql", up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_application_name_is_migrate_unless_PGAPPNAME_is_set()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a AS SELECT current_setting('application_name') AS name;" };
        await new Cli(database, scripts).SucceedAsync("up");
        Assert.StartsWith("migrate (", await database.ScalarAsync("SELECT name FROM a"), StringComparison.Ordinal);

        scripts["V2__b.sql"] = "CREATE TABLE b AS SELECT current_setting('application_name') AS name;";
        await new Cli(database, scripts) { ["PGAPPNAME"] = "custom" }.SucceedAsync("up");
        Assert.Equal("custom", await database.ScalarAsync("SELECT name FROM b"));
    }

    private static Cli In(ScriptFolder scripts) => new() { ["MIGRATE_DIR"] = scripts.Path };
}
