using Migrator.Tests.Support;
using Npgsql;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>Progress output of long statements. Escape sequences are written only to terminals.</summary>
public sealed class ProgressSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;
    private const char Escape = '\u001b';
    private const string EraseLine = "\r\u001b[K";

    [Fact(Timeout = Timeout)]
    public async Task On_a_terminal_a_long_index_build_updates_one_line_with_the_server_progress()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i;" };
        await new Cli(database, scripts).SucceedAsync("up");

        // The build waits for a transaction that has written to the table, so the test controls its duration.
        scripts["V2__i.sql"] = "-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i ON t (i);";
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var insert = new NpgsqlCommand("INSERT INTO t VALUES (0)", other, transaction))
        {
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var run = Terminal.RunAsync(database, scripts, "up");
        await database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY"));
        await Task.Delay(3_500, TestContext.Current.CancellationToken);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        var (exitCode, sent) = await run;

        Assert.Equal(0, exitCode);
        Assert.Matches(@"\r\u001b\[K\u001b\[2mV2__i\.sql is running, \d\.\d s \(waiting for writers before build, 0 of 0 blocks\)\u001b\[0m\r\u001b\[K", sent);
        Assert.Contains($"V2__i.sql waits for a lock that is held by pid {other.ProcessID} (unnamed, idle in transaction since ", sent, StringComparison.Ordinal);
        Assert.Contains($"{EraseLine}{Escape}[32mapplied{Escape}[0m V2__i.sql in ", sent, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("NO_COLOR", "1")]
    [InlineData("TERM", "dumb")]
    public async Task A_terminal_without_colors_gets_no_escape_sequences(string variable, string value)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT pg_sleep(2.5);", ["V2__b.sql"] = "SELECT nothing;" };

        var (exitCode, sent) = await Terminal.RunAsync(database, scripts, "up", (variable, value));

        Assert.Equal(1, exitCode);
        Assert.Contains("applied V1__a.sql", sent, StringComparison.Ordinal);
        Assert.Contains("error: V2__b.sql:1:8: column \"nothing\" does not exist", sent, StringComparison.Ordinal);

        // .NET itself writes this sequence, which switches the keypad mode of the terminal.
        Assert.DoesNotContain(Escape, sent.Replace($"{Escape}[?1h{Escape}=", "", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_terminal_shows_errors_and_warnings_in_color_and_a_pipe_does_not()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT nothing;" };

        var (_, sent) = await Terminal.RunAsync(database, scripts, "up");
        var piped = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.Contains($"{Escape}[31merror:{Escape}[0m V1__a.sql:1:8: ", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, piped.Stderr + piped.Stdout + piped.Termination);
    }
}
