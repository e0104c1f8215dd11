using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>Every supported form of a connection works.</summary>
public sealed class ConnectionFormSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 90_000;

    [Fact(Timeout = Timeout)]
    public async Task A_Unix_socket_works()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var socket = new UnixSocket(database);
        Cli Migrate() => new() { ["MIGRATE_DIR"] = scripts.Path, ["PGUSER"] = SharedServer.Role, ["PGPASSWORD"] = SharedServer.Password };

        await Migrate().SucceedAsync("up", $"--connection=postgres:///{database.Name}?host={socket.Path}");
        await Migrate().SucceedAsync("up", $"--connection=postgres://{Uri.EscapeDataString(socket.Path)}/{database.Name}");
        var byVariables = Migrate();
        byVariables["PGHOST"] = socket.Path;
        byVariables["PGDATABASE"] = database.Name;
        await byVariables.SucceedAsync("wait");

        // As in libpq, sslmode does not apply to a Unix socket.
        byVariables["PGSSLMODE"] = "require";
        await byVariables.SucceedAsync("status");
    }

    [Fact(Timeout = Timeout)]
    public async Task Libpq_keywords_work()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a AS SELECT current_setting('work_mem') AS work_mem;" };
        string password = SharedServer.Password.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal);

        await new Cli
        {
            ["MIGRATE_DIR"] = scripts.Path,
            ["DATABASE_URL"] = $"host={database.Host} port={database.Port} dbname={database.Name} user={SharedServer.Role} password='{password}' options='-c work_mem=7MB'",
        }.SucceedAsync("up");

        Assert.Equal("7MB", await database.ScalarAsync("SELECT work_mem FROM a"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("?target_session_attrs=read-write", "")]
    [InlineData("?require_auth=scram-sha-256&load_balance_hosts=disable", "")]
    [InlineData("", "read-write")]
    public async Task Parameters_of_managed_databases_work_for_a_single_host(string parameters, string attributes)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["DATABASE_URL"] = database.Url + parameters, ["PGTARGETSESSIONATTRS"] = attributes }.SucceedAsync("status");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_password_file_works()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();
        string password = SharedServer.Password.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal);
        using var secret = new MountedSecret((".pgpass", $"*:*:*:{SharedServer.Role}:{password}\n"), ("pgpass", $"*:*:*:{SharedServer.Role}:{password}\n"));

        await new Cli
        {
            ["MIGRATE_DIR"] = scripts.Path,
            ["PGPASSFILE"] = Path.Combine(secret.MountPath, "pgpass"),
            ["DATABASE_URL"] = $"postgres://{SharedServer.Role}@{database.Host}:{database.Port}/{database.Name}",
        }.SucceedAsync("status");
    }
}
