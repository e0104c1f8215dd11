using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Database;

/// <summary>A password that SASLprep changes works with every method, as in psql.</summary>
public sealed class PreparedPasswordSpecs(PreparedPasswordSpecs.Server server) : IClassFixture<Prepared>, IClassFixture<PreparedPasswordSpecs.Server>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("a\u0308bc")]
    [InlineData("x\u00B2")]
    [InlineData("x\u00BDy")]
    [InlineData("a\u00A0b")]
    [InlineData("a\u00ADb")]
    [InlineData("\uFB01sh")]
    [InlineData("\u00E4bc")]
    [InlineData("\uFB01\uE000")]
    public async Task A_role_can_log_in_with_a_password_that_SASLprep_changes(string password)
    {
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 1;" };
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "pgpass");
        await File.WriteAllTextAsync(file, $"other:*:*:*:wrong\n*:{server.Port}:postgres:*:{password}\n", TestContext.Current.CancellationToken);
        await server.CreateRolesAsync(password);

        foreach (var role in new[] { "by_scram", "by_md5", "by_password" })
        {
            await Migrate(scripts, role, ("PGPASSWORD", password)).SucceedAsync("status");
            await Migrate(scripts, role, ("PGPASSFILE", file)).SucceedAsync("status");
        }

        await Migrate(scripts, "by_md5", ("PGPASSWORD", password), ("PGREQUIREAUTH", "md5")).SucceedAsync("status");
        Assert.Contains("28P01", (await Migrate(scripts, "by_scram", ("PGPASSWORD", "\uFB01")).FailAsync(2, "status")).FirstError, StringComparison.Ordinal);
    }

    private Cli Migrate(ScriptFolder scripts, string role, params (string Name, string Value)[] variables)
    {
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path, ["DATABASE_URL"] = $"postgres://{role}@127.0.0.1:{server.Port}/postgres" };
        foreach ((string name, string value) in variables)
        {
            migrate[name] = value;
        }

        return migrate;
    }

    /// <summary>A server that asks each role for its password in another way.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private PostgresServer? _server;

        public int Port => _server!.Port;

        public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync(
            new PostgresOptions { HostBasedAuthentication = ["host all by_md5 all md5", "host all by_password all password"] });

        public ValueTask DisposeAsync() => _server!.DisposeAsync();

        public Task CreateRolesAsync(string password) => _server!.ExecuteAsync($"""
            DROP ROLE IF EXISTS by_scram, by_md5, by_password;
            SET password_encryption = 'scram-sha-256'; CREATE ROLE by_scram LOGIN PASSWORD '{password}'; CREATE ROLE by_password LOGIN PASSWORD '{password}';
            SET password_encryption = 'md5'; CREATE ROLE by_md5 LOGIN PASSWORD '{password}';
            """);
    }
}
