using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Reporting;

public sealed class JsonSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private static readonly string[] Fields =
    [
        "schemaVersion", "command", "exitCode", "outcome", "historyTable", "version", "applied", "undone", "undoPlan", "scripts", "pending",
        "problems", "warnings", "repaired", "lines", "sql", "history", "findings", "milliseconds",
    ];

    [Fact(Timeout = Timeout)]
    public async Task A_successful_run_lists_the_applied_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["R__v.sql"] = "CREATE VIEW v AS SELECT 1;" };

        var answer = await AnswerAsync(new Cli(database, scripts), 0, "up");

        Assert.Equal("up", Text(answer, "command"));
        Assert.Equal("done", Text(answer, "outcome"));
        Assert.Equal("public.changelog", Text(answer, "historyTable"));
        Assert.Equal("1", Text(answer, "version"));
        Assert.Equal("V1__a.sql,R__v.sql", string.Join(',', answer.GetProperty("applied").EnumerateArray().Select(a => Text(a, "script"))));
        Assert.Equal("1", Text(answer.GetProperty("applied")[0], "version"));
        Assert.True(answer.GetProperty("applied")[0].GetProperty("milliseconds").GetInt64() >= 0);
        Assert.Empty(answer.GetProperty("pending").EnumerateArray());
        Assert.Empty(answer.GetProperty("problems").EnumerateArray());
        Assert.True(answer.GetProperty("milliseconds").GetInt64() > 0);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_run_contains_the_problem_and_the_pending_scripts()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (x int PRIMARY KEY);",
            ["V2__b.sql"] = "SELECT 1;\nINSERT INTO a VALUES (1), (1);",
            ["V3__c.sql"] = "SELECT 1;",
        };

        var answer = await AnswerAsync(new Cli(database, scripts), 1, "up");

        Assert.Equal("failed", Text(answer, "outcome"));
        Assert.Equal("1", Text(answer, "version"));
        Assert.Equal("V1__a.sql", Text(Assert.Single(answer.GetProperty("applied").EnumerateArray()), "script"));
        Assert.Equal(["V2__b.sql", "V3__c.sql"], answer.GetProperty("pending").EnumerateArray().Select(p => p.GetString()!));
        var problem = Assert.Single(answer.GetProperty("problems").EnumerateArray());
        Assert.Equal("sql-error", Text(problem, "id"));
        Assert.Equal("V2__b.sql", Text(problem, "script"));
        Assert.Equal(2, problem.GetProperty("line").GetInt32());
        Assert.Equal(1, problem.GetProperty("column").GetInt32());
        Assert.Equal("23505", Text(problem, "sqlState"));
        Assert.Equal("Key (x)=(1) already exists.", Text(problem, "detail"));
        Assert.Contains("duplicate key value", Text(problem, "message"), StringComparison.Ordinal);
        Assert.NotEmpty(Text(problem, "advice")!);
    }

    [Fact(Timeout = Timeout)]
    public async Task Status_lists_every_script_with_its_state()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__b.sql"] = "SELECT 1;";

        var answer = await AnswerAsync(migrate, 5, "status", "--exit-code");

        Assert.Equal("pending", Text(answer, "outcome"));
        var (first, second) = (answer.GetProperty("scripts")[0], answer.GetProperty("scripts")[1]);
        Assert.Equal(("V1__a.sql", "1", "applied", "app"), (Text(first, "script"), Text(first, "version"), Text(first, "state"), Text(first, "appliedBy")));
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T", Text(first, "appliedAt"));
        Assert.Matches("^[0-9A-F]{32}$", Text(first, "checksum"));
        Assert.Equal(("V2__b.sql", "pending", null), (Text(second, "script"), Text(second, "state"), Text(second, "appliedAt")));
    }

    [Fact(Timeout = Timeout)]
    public async Task Warnings_and_mismatches_have_ids()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;", ["V2__b.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");

        scripts.Remove("V2__b.sql");
        var ahead = await AnswerAsync(migrate, 0, "up");
        Assert.Equal("database-ahead", Text(ahead.GetProperty("warnings")[0], "id"));

        scripts["V1__a.sql"] = "SELECT 2;";
        var changed = await AnswerAsync(migrate, 6, "wait");
        Assert.Equal("history-mismatch", Text(changed, "outcome"));
        Assert.Equal("checksum-mismatch", Text(changed.GetProperty("problems")[0], "id"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(2, "usage", "up", "--color=red")]
    [InlineData(2, "usage", "up", "--lock-wait=soon")]
    [InlineData(2, "usage", "up", "--dir=/nowhere")]
    [InlineData(3, "database-unreachable", "up", "--connect-wait=0s")]
    [InlineData(5, "pending", "wait", "--connect-wait=none", "--timeout=200ms")]
    public async Task A_run_that_fails_before_it_reads_the_history_writes_JSON(int exitCode, string outcome, params string[] arguments)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app@127.0.0.1:{Tooling.Processes.FreePort.Next()}/x", ["MIGRATE_DIR"] = scripts.Path };

        var answer = await AnswerAsync(migrate, exitCode, arguments);

        Assert.Equal(outcome, Text(answer, "outcome"));
        Assert.Equal(arguments[0], Text(answer, "command"));
        Assert.Single(answer.GetProperty("problems").EnumerateArray());
        Assert.Null(Text(answer, "historyTable"));
    }

    [Fact(Timeout = Timeout)]
    public async Task JSON_requested_in_the_environment_applies_to_an_invalid_setting()
    {
        var migrate = new Cli { ["MIGRATE_OUTPUT"] = "json" };

        var result = await migrate.FailAsync(2, "up", "--lock-wait=soon");

        Assert.Equal("usage", Text(result.Json, "outcome"));
    }

    [Fact(Timeout = Timeout)]
    public async Task JSON_requested_in_the_environment_applies_to_an_unknown_option()
    {
        var result = await new Cli { ["MIGRATE_OUTPUT"] = "json" }.FailAsync(2, "up", "--color=red");

        Assert.Equal("usage", Text(result.Json, "outcome"));
    }

    private static async Task<JsonElement> AnswerAsync(Cli migrate, int exitCode, params string[] arguments)
    {
        var result = await migrate.FailAsync(exitCode, [.. arguments, "--output=json"]);
        Assert.Equal(Fields, result.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(2, result.Json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(exitCode, result.Json.GetProperty("exitCode").GetInt32());
        return result.Json;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
