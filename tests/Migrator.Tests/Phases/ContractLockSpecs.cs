using System.Globalization;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary>A contract phase can take hours. The expand phase of the next release does not wait for it; everything else does.</summary>
public sealed class ContractLockSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // A script that runs until the test says so.
    private const string Runs = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP; END $$";
    private const string IsContracting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep')";

    [Theory(Timeout = Timeout)]
    [InlineData(Runs)]
    [InlineData($"-- evolve-tx-off\n{Runs};\nVACUUM orders;\nSELECT 1")]
    public async Task The_expand_phase_of_the_next_release_runs_beside_a_contract_phase(string contract)
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = contract + ";";
        scripts["V3__second.contract.sql"] = "CREATE TABLE second ();";
        var running = migrate.SucceedAsync("up", "--phase=contract");
        await database.WaitUntilAsync(IsContracting);
        using var next = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"], ["V2__drop.contract.sql"] = scripts["V2__drop.contract.sql"], ["V3__second.contract.sql"] = scripts["V3__second.contract.sql"] };
        for (int version = 4; version < 9; version++)
        {
            next[$"V{version}__t.sql"] = $"CREATE TABLE t{version} ();";
        }

        next["R__v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 1;";

        await new Cli(database, next).SucceedAsync("up", "--phase=expand", "--lock-wait=0s");
        Assert.False(running.IsCompleted);
        await GoAsync(database);
        await running;

        Assert.Equal("V1__orders.sql,V4__t.sql,V5__t.sql,V6__t.sql,V7__t.sql,V8__t.sql,R__v.sql,V2__drop.contract.sql,V3__second.contract.sql", await database.HistoryAsync());
        Assert.Equal("9", await database.ScalarAsync("SELECT count(*) FROM changelog_audit WHERE outcome = 'applied'"));
        Assert.Equal("V3__second.contract.sql", await database.ScalarAsync("SELECT script FROM changelog_audit ORDER BY id DESC LIMIT 1"));
    }

    [Fact(Timeout = Timeout)]
    public async Task All_other_runs_wait_for_a_contract_phase()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = $"{Runs};";
        await using var running = await migrate.StartAsync("up", "--phase=contract");
        await database.WaitUntilAsync(IsContracting);

        await migrate.FailAsync(4, "up", "--phase=contract", "--lock-wait=0s");
        await migrate.FailAsync(4, "up", "--lock-wait=0s");
        await migrate.FailAsync(4, "down", "--to=0", "--lock-wait=0s");
        await migrate.FailAsync(4, "repair", "--lock-wait=0s");
        var baseline = await migrate.FailAsync(4, "baseline", "1", "--lock-wait=0s");

        Assert.Contains("another run still holds the lock", baseline.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("up")]
    [InlineData("up", "--phase=expand")]
    [InlineData("down", "--to=0")]
    public async Task A_contract_phase_runs_beside_the_expand_phase_only(params string[] other)
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["U1__orders.sql"] = $"{Runs}; DROP TABLE orders;";
        scripts["V3__slow.sql"] = $"{Runs};";
        using var contract = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"], ["V2__drop.contract.sql"] = "SELECT 1;" };
        var running = migrate.RunAsync(other);
        await database.WaitUntilAsync(IsContracting);

        var result = await new Cli(database, contract).RunAsync("up", "--phase=contract", "--lock-wait=0s");

        Assert.Equal(other is ["up", "--phase=expand"] ? 0 : 4, result.ExitCode);
        Assert.False(running.IsCompleted);
        await GoAsync(database);
        Assert.Equal(0, (await running).ExitCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Evolve_waits_for_a_contract_phase()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = $"{Runs};";
        await using var running = await migrate.StartAsync("up", "--phase=contract");
        await database.WaitUntilAsync(IsContracting);

        Assert.Equal("False", await database.ScalarAsync("SELECT pg_try_advisory_lock(12345)"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_releases_the_advisory_locks_is_not_recorded_if_another_run_has_applied_it()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = "CREATE TABLE IF NOT EXISTS once (); SELECT release_all(); " + Runs + ";";
        var first = migrate.RunAsync("up", "--phase=contract");
        await database.WaitUntilAsync(IsContracting);
        scripts["V2__drop.contract.sql"] = "SELECT 1;";
        await migrate.SucceedAsync("up", "--phase=contract");
        await GoAsync(database);

        var lost = await first;

        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("a function has released the advisory locks of this session", lost.Stderr, StringComparison.Ordinal);
        Assert.Equal("V1__orders.sql,V2__drop.contract.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_gate_of_an_older_version_waits_while_a_run_can_still_roll_the_contract_script_back()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        using var older = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"] };
        scripts["V2__drop.contract.sql"] = $"{Runs}; SELECT 1/0;";
        var contract = migrate.RunAsync("up", "--phase=contract");
        await database.WaitUntilAsync(IsContracting);

        var now = await new Cli(database, older).FailAsync(6, "wait", "--timeout=0s");
        var soon = await new Cli(database, older).FailAsync(6, "wait", "--timeout=5s");
        await using var later = await new Cli(database, older).StartAsync("wait", "--timeout=50s");
        await later.SaysAsync("waiting for the run that works on this database (the contract script V2__drop.contract.sql has begun");
        await GoAsync(database);

        Assert.Equal(0, await later.WaitAsync());
        Assert.Contains("V2__drop.contract.sql has begun, and this folder does not have it", now.Stderr, StringComparison.Ordinal);
        Assert.Contains("V2__drop.contract.sql has begun, and this folder does not have it", soon.Stderr, StringComparison.Ordinal);
        Assert.Equal(1, (await contract).ExitCode);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("-- evolve-tx-off\nSELECT 1/0;", 0)]
    [InlineData("-- evolve-tx-off\nCREATE TABLE step ();\nSELECT 1/0;", 1)]
    public async Task A_contract_script_that_fails_keeps_its_record_only_if_a_step_took_effect(string contract, int begun)
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = contract;
        scripts["U2__drop.sql"] = "DROP TABLE step;";

        await migrate.FailAsync(1, "up", "--phase=contract");

        Assert.Equal($"{begun}", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
        if (begun > 0)
        {
            await migrate.SucceedAsync("down", "--to=1", "--phase=contract");
            Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_had_committed_batches_keeps_its_record_until_it_succeeds()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        const string Purge = "CREATE OR REPLACE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO go VALUES (1); COMMIT; {0} END $$";
        await database.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Purge, "PERFORM 1/0;"));
        using var older = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"] };
        scripts["V2__purge.contract.sql"] = "-- evolve-tx-off\nCALL purge();";

        await migrate.FailAsync(1, "up", "--phase=contract");
        await migrate.SucceedAsync("down", "--to=1", "--phase=contract");
        await migrate.FailAsync(1, "up", "--phase=contract");

        await new Cli(database, older).FailAsync(6, "wait", "--timeout=0s");
        await database.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, Purge, ""));
        await migrate.SucceedAsync("up", "--phase=contract");
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_removes_the_record_of_a_contract_script_that_was_killed_before_it_took_effect()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        using var older = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"] };
        scripts["V2__drop.contract.sql"] = $"{Runs};";
        await using (var contract = await migrate.StartAsync("up", "--phase=contract"))
        {
            await database.WaitUntilAsync(IsContracting);
            await contract.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        await new Cli(database, older).FailAsync(6, "wait", "--timeout=0s");

        await migrate.SucceedAsync("down", "--to=1", "--phase=contract");

        await new Cli(database, older).SucceedAsync("wait", "--timeout=0s");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_is_canceled_takes_its_record_along()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["V2__drop.contract.sql"] = $"{Runs};";

        await migrate.FailAsync(1, "up", "--phase=contract", "--timeout=2s");

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
    }

    private static Task GoAsync(TestDatabase database) => database.ExecuteAsync("INSERT INTO go VALUES (1)");

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> StartAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = new ScriptFolder { ["V1__orders.sql"] = "CREATE TABLE orders (id int); CREATE TABLE go (id int); CREATE FUNCTION release_all() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()';" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        return (database, scripts, migrate);
    }
}
