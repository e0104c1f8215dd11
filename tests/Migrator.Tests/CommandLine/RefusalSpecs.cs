using Migrator.Tests.Support;
using Migrator.Tooling.Postgres;
using Npgsql;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>Operations that the database rejects: each has its own message, exit code and advice.</summary>
public sealed class RefusalSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 90_000;

    [Fact(Timeout = Timeout)]
    public async Task A_standby_refuses_migrations_and_passes_the_gate()
    {
        await using var primary = await MigrationServer.StartAsync();
        var database = await primary.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await primary.BecomeStandbyAsync();

        await migrate.SucceedAsync("wait");
        await migrate.SucceedAsync("status", "--exit-code");
        foreach (var command in new[] { "up", "down --to=0", "repair", "baseline 1" })
        {
            var refused = await migrate.FailAsync(2, command.Split(' '));
            Assert.Equal(
                $"error: the database {database.Name} on 127.0.0.1:{database.Port} is read-only: it is a standby (read replica)\n"
                + "  next: Connect to the primary (the writer endpoint of a managed database); with several hosts: target_session_attrs=read-write.\n",
                refused.Stderr);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_database_that_is_read_only_by_default_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsSuperuserAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };

        var refused = await new Cli(database, scripts).FailAsync(2, "up");

        Assert.EndsWith("is read-only: default_transaction_read_only is on", refused.FirstError, StringComparison.Ordinal);
        await new Cli(database, scripts).FailAsync(5, "status", "--exit-code");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_for_a_role_that_cannot_create_tables_names_the_grant()
    {
        var (database, url) = await WithRoleAsync("writer");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts) { ["DATABASE_URL"] = url };

        var refused = await migrate.FailAsync(2, "up");
        Assert.Equal($"error: the role writer_{database.Name} cannot create public.changelog: it lacks a privilege on the schema", refused.FirstError);
        Assert.Contains($"next: GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"writer_{database.Name}\";", refused.Stderr, StringComparison.Ordinal);

        // The grant from the advice is sufficient.
        await database.ExecuteAsSuperuserAsync($"GRANT USAGE, CREATE ON SCHEMA public TO writer_{database.Name}");
        await migrate.SucceedAsync("up");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_error_for_a_role_that_cannot_create_the_schema_gives_advice()
    {
        var (database, url) = await WithRoleAsync("maker");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };

        var refused = await new Cli(database, scripts) { ["DATABASE_URL"] = url }.FailAsync(2, "up", "--schema=orders");

        Assert.Equal($"error: the role maker_{database.Name} cannot create orders.changelog: it lacks a privilege on the database", refused.FirstError);
        Assert.Contains($"next: GRANT CREATE ON DATABASE \"{database.Name}\" TO \"maker_{database.Name}\";", refused.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_gate_passes_with_a_role_that_can_only_read_the_history()
    {
        var (database, url) = await WithRoleAsync("gate");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;" };
        await database.ExecuteAsSuperuserAsync("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT ALL ON SCHEMA public TO app");
        await new Cli(database, scripts).SucceedAsync("up");
        var gate = new Cli(database, scripts) { ["DATABASE_URL"] = url };

        // The three grants from the README, added one at a time.
        await database.ExecuteAsSuperuserAsync($"REVOKE CONNECT ON DATABASE {database.Name} FROM PUBLIC");
        Assert.Contains($"next: Allow the role to connect: GRANT CONNECT ON DATABASE \"{database.Name}\" TO \"gate_{database.Name}\".", (await gate.FailAsync(2, "wait")).Stderr, StringComparison.Ordinal);
        await database.ExecuteAsSuperuserAsync($"GRANT CONNECT ON DATABASE {database.Name} TO gate_{database.Name}");
        Assert.Contains("GRANT USAGE ON SCHEMA \"public\"", (await gate.FailAsync(2, "wait", "--schema=public")).Stderr, StringComparison.Ordinal);
        await database.ExecuteAsSuperuserAsync($"GRANT USAGE ON SCHEMA public TO gate_{database.Name}");
        Assert.Contains("GRANT SELECT ON \"public\".\"changelog\"", (await gate.FailAsync(2, "wait")).Stderr, StringComparison.Ordinal);
        await database.ExecuteAsSuperuserAsync($"GRANT SELECT ON changelog TO gate_{database.Name}");

        await gate.SucceedAsync("wait");
        await gate.SucceedAsync("status", "--exit-code");
        scripts["V2__b.sql"] = "SELECT 1;";
        await gate.FailAsync(5, "wait", "--timeout=1s");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_run_waits_for_a_server_without_free_connections()
    {
        await using var full = await MigrationServer.StartAsync(new PostgresOptions
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "6", ["superuser_reserved_connections"] = "2" },
        });
        var database = await full.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        var others = new List<NpgsqlConnection>();
        for (var i = 0; i < 4; i++)
        {
            others.Add(await database.ConnectAsync());
        }

        var timedOut = await migrate.FailAsync(3, "up", "--connect-wait=2s");
        Assert.Contains("waiting for the database ", timedOut.Stderr, StringComparison.Ordinal);
        Assert.Contains("could not be reached within ", timedOut.Stderr, StringComparison.Ordinal);
        Assert.Contains("(SQLSTATE 53300)", timedOut.Stderr, StringComparison.Ordinal);

        // The run uses a connection slot as soon as one is free.
        await using var up = await migrate.StartAsync("up", "--connect-wait=30s");
        await up.SaysAsync("waiting for the database ");
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }

        Assert.Equal(0, await up.WaitAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_run_waits_for_a_role_without_free_connections()
    {
        var (database, url) = await WithRoleAsync("one", "CONNECTION LIMIT 0");
        using var scripts = new ScriptFolder();

        var timedOut = await new Cli(database, scripts) { ["DATABASE_URL"] = url }.FailAsync(3, "wait", "--connect-wait=1s");

        Assert.Contains("too many connections for role", timedOut.Stderr, StringComparison.Ordinal);
    }

    private async Task<(TestDatabase Database, string Url)> WithRoleAsync(string name, string options = "")
    {
        var database = await server.CreateDatabaseAsync();
        var role = $"{name}_{database.Name}";
        await database.ExecuteAsSuperuserAsync($"CREATE ROLE {role} LOGIN PASSWORD 'weak' {options}");
        return (database, database.UrlOf(role, "weak"));
    }
}
