using System.Diagnostics;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Guarantee 8, in each phase of a run: a signal (143, 130) or <c>--timeout</c> (1) cancels the running statement on the server,
/// rolls back, releases the lock and ends the run within seconds. The next run finishes.
/// </summary>
public sealed class InterruptedRunSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 120_000;

    public enum Phase
    {
        WaitingForTheLock,
        InAStatement,
        InCreateIndexConcurrently,
        WaitingForATableLock,
        BetweenTwoAttempts,
        InATransactionalStep,
        InABlock,
    }

    public static TheoryData<int, Phase, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, Phase, int>();
            foreach (var phase in Enum.GetValues<Phase>())
            {
                cases.Add(15, phase, 143);
                cases.Add(15, phase, 1);
            }

            cases.Add(15, Phase.WaitingForTheLock, 130);
            cases.Add(15, Phase.InCreateIndexConcurrently, 130);
            cases.Add(18, Phase.InAStatement, 143);
            cases.Add(18, Phase.InCreateIndexConcurrently, 143);
            cases.Add(18, Phase.BetweenTwoAttempts, 143);
            return cases;
        }
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Cases))]
    public async Task An_interrupted_run_ends_within_seconds_and_the_next_run_finishes(int major, Phase phase, int exitCode)
    {
        var database = await server.CreateDatabaseAsync(major);
        await SlowIndex.PrepareAsync(database);
        await database.ExecuteAsync("CREATE TABLE t (x int)");
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__b.sql"] = ScriptOf(phase) };
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync(phase switch
        {
            Phase.WaitingForTheLock => "SELECT pg_advisory_lock(12345)",
            Phase.WaitingForATableLock or Phase.BetweenTwoAttempts => "BEGIN; LOCK TABLE t",
            _ => "SELECT 1",
        });
        var migrate = new Cli(database, scripts);

        await using var up = await migrate.StartAsync(
            "up",
            "--lock-wait=none",
            phase == Phase.BetweenTwoAttempts ? "--lock-timeout=1ms" : "--lock-timeout=60s",
            exitCode == 1 ? "--timeout=2s" : "--timeout=none");
        await WaitForPhaseAsync(phase, up, database);
        var start = Stopwatch.GetTimestamp();
        if (exitCode != 1)
        {
            up.Send(exitCode == 143 ? Signal.Terminate : Signal.Interrupt);
        }

        Assert.Equal(exitCode, await up.WaitAsync());
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), up.Output);
        Assert.Contains(exitCode switch { 143 => "error: ended by SIGTERM", 130 => "error: ended by SIGINT", _ => "error: --timeout of 2s expired" }, up.Output, StringComparison.Ordinal);
        await holder.CloseAsync();
        await database.WaitUntilRunsAreGoneAsync();
        Assert.DoesNotContain("half", await database.TablesAsync(), StringComparison.Ordinal);

        await SlowIndex.HurryAsync(database);
        await migrate.SucceedAsync("up", "--lock-wait=10s");
        Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog_progress"));
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up", 130)]
    [InlineData("plan", 143)]
    [InlineData("repair", 143)]
    [InlineData("status", 130)]
    public async Task A_signal_ends_the_wait_for_the_database_in_every_command(string command, int exitCode)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app@127.0.0.1:{FreePort.Next()}/x", ["MIGRATE_DIR"] = scripts.Path };
        await using var waiting = await migrate.StartAsync(command, "--connect-wait=none");
        await waiting.SaysAsync("waiting for the database");

        waiting.Send(exitCode == 143 ? Signal.Terminate : Signal.Interrupt);

        Assert.Equal(exitCode, await waiting.WaitAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up", 1)]
    [InlineData("status", 1)]
    [InlineData("wait", 5)]
    public async Task The_timeout_ends_the_wait_for_the_database(string command, int exitCode)
    {
        using var scripts = new ScriptFolder();
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app@127.0.0.1:{FreePort.Next()}/x", ["MIGRATE_DIR"] = scripts.Path };

        var ended = await migrate.FailAsync(exitCode, command, "--connect-wait=none", "--timeout=500ms");

        Assert.Contains("error: --timeout of 500ms expired", ended.Stderr, StringComparison.Ordinal);
    }

    /// <summary>
    /// Returns a script that does not end until <see cref="SlowIndex.HurryAsync"/> is called, or, if it waits for a table lock, until the
    /// lock is released. A table named half must be rolled back.
    /// </summary>
    private static string ScriptOf(Phase phase) => phase switch
    {
        Phase.InCreateIndexConcurrently => $"-- evolve-tx-off\n{SlowIndex.Statement}",
        Phase.WaitingForATableLock or Phase.BetweenTwoAttempts => "CREATE TABLE half ();\nALTER TABLE t ADD y int;",
        Phase.InATransactionalStep => "-- evolve-tx-off\nCREATE TABLE done ();\nCREATE TABLE half AS SELECT sleepy(1);",
        Phase.InABlock => "-- evolve-tx-off\nBEGIN;\nCREATE TABLE half ();\nSELECT sleepy(1);\nCOMMIT;",
        _ => "CREATE TABLE half ();\nSELECT sleepy(1);",
    };

    private static Task WaitForPhaseAsync(Phase phase, RunningCli up, TestDatabase database) => phase switch
    {
        Phase.WaitingForTheLock => up.SaysAsync("another run holds the lock"),
        Phase.BetweenTwoAttempts => up.SaysAsync("next try in "),
        Phase.WaitingForATableLock => database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND NOT granted)"),
        Phase.InCreateIndexConcurrently => database.WaitUntilAsync(TestDatabase.IsRunning("CREATE INDEX CONCURRENTLY")),
        _ => database.WaitUntilAsync(TestDatabase.IsRunning("sleepy(1)")),
    };
}
