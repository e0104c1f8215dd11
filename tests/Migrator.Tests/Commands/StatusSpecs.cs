using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class StatusSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Status_lists_applied_pending_changed_and_missing_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__gone.sql"] = "SELECT 1;",
            ["V2__a.sql"] = "SELECT 2;",
            ["V4__changed.sql"] = "SELECT 4;",
            ["R__view.sql"] = "SELECT 1;",
        };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts.Remove("V1__gone.sql");
        scripts["V3__late.sql"] = "SELECT 3;";
        scripts["V4__changed.sql"] = "SELECT 44;";
        scripts["V5__new.sql"] = "SELECT 5;";
        scripts["R__view.sql"] = "SELECT 2;";

        var status = await migrate.SucceedAsync("status");

        var lines = status.Stdout.TrimEnd().Split('\n');
        Assert.Equal(["version", "script", "state", "applied"], Words(lines[0])[..4]);
        Assert.Equal(
            [
                "1 V1__gone.sql missing", "2 V2__a.sql applied", "3 V3__late.sql out-of-order",
                "4 V4__changed.sql checksum-mismatch", "5 V5__new.sql pending", "R__view.sql changed",
            ],
            lines[1..^1].Select(l => string.Join(' ', Words(l).TakeWhile(w => !w.StartsWith("20", StringComparison.Ordinal)))));
        Assert.Equal("3 scripts pending; public.changelog is at version 4.", lines[^1]);
        Assert.Contains("V4__changed.sql was changed after it was applied", status.Stderr, StringComparison.Ordinal);
        Assert.EndsWith($" {SharedServer.Role}", lines[2], StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task In_an_empty_database_every_script_is_pending_and_nothing_is_written()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);

        var status = await new Cli(database, scripts).SucceedAsync("status");

        Assert.EndsWith("5 scripts pending; public.changelog is at no version yet.\n", status.Stdout, StringComparison.Ordinal);
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact(Timeout = Timeout)]
    public async Task With_exit_code_status_exits_with_5_if_migrations_are_pending()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = ScriptFolder.OfSample(1);
        var migrate = new Cli(database, scripts);

        await migrate.FailAsync(5, "status", "--exit-code");
        await migrate.SucceedAsync("up");
        var status = await migrate.SucceedAsync("status", "--exit-code");

        Assert.EndsWith("Up to date; public.changelog is at version 4.\n", status.Stdout, StringComparison.Ordinal);
        Assert.Empty(status.Stderr);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
