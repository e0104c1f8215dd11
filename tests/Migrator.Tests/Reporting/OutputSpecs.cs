using CliWrap;
using CliWrap.Buffered;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;
using Cli = Migrator.Tests.Support.Cli;

namespace Migrator.Tests.Reporting;

/// <summary>The result goes to stdout, everything else to stderr, and the cause of a failure also to the termination log.</summary>
public sealed class OutputSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Notices_and_warnings_go_to_stderr()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "DO $$ BEGIN RAISE NOTICE 'hello'; END $$;",
            ["V2__b.sql"] = "SELECT 1;",
        };
        var migrate = new Cli(database, scripts);

        var up = await migrate.SucceedAsync("up", "--output=json");
        Assert.Equal("done", up.Json.GetProperty("outcome").GetString());
        Assert.Equal("V1__a.sql:1:1: NOTICE: hello\n", up.Stderr);

        scripts.Remove("V2__b.sql");
        var status = await migrate.SucceedAsync("status");
        Assert.DoesNotContain("warning", status.Stdout, StringComparison.Ordinal);
        Assert.StartsWith("warning: ", status.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(0, "1>&-", "up")]
    [InlineData(0, "2>&-", "up")]
    [InlineData(0, "1>&- 2>&-", "up")]
    [InlineData(0, "0<&-", "up")]
    [InlineData(0, "1>/dev/full 2>/dev/full", "status")]
    [InlineData(2, "1>&- 2>&-", "up", "--dir=/nowhere")]
    public async Task Closed_or_full_output_streams_do_not_change_the_exit_code(int exitCode, string streams, params string[] command)
    {
        var cancel = TestContext.Current.CancellationToken;
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "DO $$ BEGIN RAISE NOTICE 'hello'; END $$;" };

        var result = await Guarded.Command("sh", ["-c", $"exec \"$0\" \"$@\" {streams}", await MigrateBinary.PathAsync(cancel), .. command])
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url, ["MIGRATE_DIR"] = scripts.Path })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancel);

        Assert.Equal(exitCode, result.ExitCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_termination_message_is_the_cause_in_one_line()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a (x int PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);",
        };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Equal(
            "V1__a.sql:2:1: duplicate key value violates unique constraint \"a_pkey\" (SQLSTATE 23505) Key (x)=(1) already exists.\n",
            up.Termination);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_successful_run_writes_no_termination_message()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder();

        Assert.Empty((await new Cli(database, scripts).SucceedAsync("up")).Termination);
    }

    [Fact(Timeout = Timeout)]
    public async Task With_several_problems_the_termination_message_has_the_first_and_a_count()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["a.sql"] = "", ["b.sql"] = "", ["c.sql"] = "" };

        var up = await new Cli(database, scripts).FailAsync(2, "up");

        Assert.EndsWith("(and 2 more problems)\n", up.Termination, StringComparison.Ordinal);
        Assert.Equal(3, up.Stderr.Split("error: ").Length - 1);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_termination_message_fits_into_the_limit_of_Kubernetes()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "DO $$ BEGIN RAISE EXCEPTION '%', repeat('é', 5000); END $$;" };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(up.Termination), 4000, 4096);
        Assert.DoesNotContain('\uFFFD', up.Termination);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_termination_message_that_cannot_be_written_does_not_change_the_error()
    {
        using var scripts = new ScriptFolder();
        await using var up = await new Cli { ["MIGRATE_DIR"] = scripts.Path, ["MIGRATE_TERMINATION_LOG"] = "/nowhere/log" }.StartAsync("up");

        Assert.Equal(2, await up.WaitAsync());
        Assert.StartsWith("error: no database connection is configured", up.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_password_is_masked_in_every_stream()
    {
        var database = await server.CreateDatabaseAsync();
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"DO $do$ BEGIN RAISE NOTICE '%', '{quoted}'; END $do$;",
            ["V2__b.sql"] = $"CREATE TABLE t (x text PRIMARY KEY); INSERT INTO t SELECT '{quoted}' FROM generate_series(1, 2);",
        };
        var migrate = new Cli(database, scripts);

        // Cli searches every stream for the password. These assertions prove that the password would have been there.
        var up = await migrate.FailAsync(1, "up");
        Assert.Contains("NOTICE: ***", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("(x)=(***)", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("(x)=(***)", up.Termination, StringComparison.Ordinal);
        Assert.Contains("(x)=(***)", (await migrate.FailAsync(1, "up", "--output=json")).Stdout, StringComparison.Ordinal);
    }
}
