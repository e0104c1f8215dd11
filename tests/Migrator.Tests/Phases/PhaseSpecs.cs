using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Phases;

/// <summary><c>--phase</c>: expand scripts run before a new version starts, and contract scripts after the old version has ended.</summary>
public sealed class PhaseSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Up_applies_everything_in_version_order()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        await migrate.SucceedAsync("up");

        Assert.Equal("V1__orders.sql,V2__number.sql,V3__drop_reference.contract.sql,V4__notes.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_expand_phase_leaves_contract_scripts_pending_and_names_them()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        var expand = await migrate.SucceedAsync("up", "--phase=expand");

        Assert.Equal("V1__orders.sql,V2__number.sql,V4__notes.sql", await database.HistoryAsync());
        Assert.Contains("Contract scripts stay pending: V3__drop_reference.contract.sql", expand.Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--timeout=0s");
        var status = await migrate.FailAsync(5, "status", "--exit-code");
        Assert.Matches("3 +contract +V3__drop_reference.contract.sql +pending", status.Stdout);
        await migrate.SucceedAsync("status", "--exit-code", "--phase=expand");
        await migrate.FailAsync(5, "status", "--exit-code", "--phase=contract");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_contract_phase_applies_contract_scripts_after_expand_scripts_with_higher_versions()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");

        await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Equal("V1__orders.sql,V2__number.sql,V4__notes.sql,V3__drop_reference.contract.sql", await database.HistoryAsync());
        Assert.Contains("Nothing to do", (await migrate.SucceedAsync("up", "--phase=contract")).Stdout, StringComparison.Ordinal);
        Assert.Contains("Nothing to do", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("validate");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_contract_phase_does_not_start_while_an_expand_script_is_pending()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--target=2");

        var contract = await migrate.FailAsync(5, "up", "--phase=contract");

        Assert.Contains("expand scripts are pending: V4__notes.sql", contract.Stderr, StringComparison.Ordinal);
        Assert.Equal("V1__orders.sql,V2__number.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task The_gate_of_an_older_version_stops_after_the_contract_phase()
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up");
        scripts.Remove("V3__drop_reference.contract.sql");
        scripts.Remove("V4__notes.sql");

        var gate = await migrate.FailAsync(6, "wait", "--timeout=30s");

        Assert.Contains("V3__drop_reference.contract.sql was applied, and this folder does not have it", gate.Stderr, StringComparison.Ordinal);
        Assert.Contains("--allow-contracted=3", gate.Stderr, StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--timeout=0s", "--allow-contracted=3");
        await migrate.FailAsync(6, "wait", "--timeout=0s", "--allow-contracted=2");
        // Nothing is pending, and older images must still be able to report that.
        await migrate.SucceedAsync("up");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_was_killed_stops_the_gate_of_older_versions_until_it_has_run()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE");
        await using (var up = await migrate.StartAsync("up", "--phase=contract", "--lock-timeout=none"))
        {
            await database.WaitUntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'orders'::regclass AND NOT granted)");
            await up.KillAsync();
        }

        await database.WaitUntilRunsAreGoneAsync();
        await holder.ExecuteAsync("ROLLBACK");
        using var older = new ScriptFolder { ["V1__orders.sql"] = scripts["V1__orders.sql"], ["V2__number.sql"] = scripts["V2__number.sql"] };
        var gate = await new Cli(database, older).FailAsync(6, "wait", "--timeout=30s");
        Assert.Contains("V3__drop_reference.contract.sql has begun, and this folder does not have it", gate.Stderr, StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--timeout=0s");
        await migrate.SucceedAsync("repair");
        Assert.Equal("1", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));

        await migrate.SucceedAsync("up", "--phase=contract");

        Assert.Equal("V1__orders.sql,V2__number.sql,V4__notes.sql,V3__drop_reference.contract.sql", await database.HistoryAsync());
        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_that_was_rolled_back_does_not_stop_older_versions()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts["V3__drop_reference.contract.sql"] = "ALTER TABLE orders DROP COLUMN reference; SELECT 1/0;";

        await migrate.FailAsync(1, "up", "--phase=contract");

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM changelog WHERE NOT success"));
        scripts.Remove("V3__drop_reference.contract.sql");
        await migrate.SucceedAsync("wait", "--timeout=0s");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--after-rollout needs --phase=contract", "up", "--after-rollout=deployment/orders")]
    [InlineData("--after-rollout needs --phase=contract", "up", "--phase=expand", "--after-rollout=deployment/orders")]
    [InlineData("needs the environment variable MIGRATE_SET", "up", "--phase=contract", "--after-rollout=deployment/orders")]
    public async Task The_wait_for_a_rollout_belongs_to_the_contract_phase(string problem, params string[] command)
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");

        Assert.Contains(problem, (await migrate.FailAsync(2, command)).Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_deployment_without_a_contract_phase_refuses_contract_scripts_before_anything_is_changed()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        var up = await migrate.FailAsync(2, "up", "--phase=expand", "--refuse-contract");

        Assert.Contains("contract scripts are pending: V3__drop_reference.contract.sql", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("", await database.TablesAsync());
        await migrate.SucceedAsync("up");
        await migrate.SucceedAsync("up", "--phase=expand", "--refuse-contract");
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_pending_contract_script_Kubernetes_is_not_asked()
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up");

        await migrate.SucceedAsync("up", "--phase=contract", "--after-rollout=deployment/orders");
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_undoes_what_ran_last_first()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.SucceedAsync("up", "--phase=contract");

        var alone = await migrate.FailAsync(6, "down", "--to=3");
        Assert.Contains("V3__drop_reference.contract.sql was applied after V4__notes.sql", alone.Stderr, StringComparison.Ordinal);
        var plan = await migrate.SucceedAsync("plan", "--down", "--to=2");
        Assert.Matches("(?s)version 3 with .*version 4 with ", plan.Stdout);
        await migrate.SucceedAsync("down", "--to=2", "--phase=contract");
        Assert.Equal("V1__orders.sql,V2__number.sql,V4__notes.sql", await database.HistoryAsync());
        await migrate.SucceedAsync("down", "--to=2");
        Assert.Equal("V1__orders.sql,V2__number.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_of_the_contract_phase_leaves_repeatable_scripts_to_the_expand_phase()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW all_orders AS SELECT id FROM orders;";
        await migrate.SucceedAsync("up", "--phase=expand");
        await migrate.SucceedAsync("up", "--phase=contract");
        scripts.Remove("V3__drop_reference.contract.sql");
        scripts.Remove("V4__notes.sql");

        await migrate.SucceedAsync("down", "--to-dir", "--phase=contract");

        // The pods of the older version must start before the expand scripts are undone.
        Assert.Contains("R__view.sql", await database.HistoryAsync(), StringComparison.Ordinal);
        await migrate.SucceedAsync("wait", "--timeout=0s");
        var down = await migrate.SucceedAsync("down", "--to-dir", "--phase=expand");
        Assert.Contains("R__view.sql", down.Stdout + down.Stderr, StringComparison.Ordinal);
        Assert.EndsWith("R__view.sql", await database.HistoryAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Down_to_the_folder_does_not_need_its_contract_scripts()
    {
        var (database, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        await migrate.SucceedAsync("up", "--phase=expand");
        scripts.Remove("V4__notes.sql");
        scripts.Remove("U4__notes.sql");

        await migrate.SucceedAsync("down", "--to-dir");

        Assert.Equal("V1__orders.sql,V2__number.sql", await database.HistoryAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("R__view.contract.sql", "only a versioned script can end in .contract.sql")]
    [InlineData("U9__x.contract.sql", "only a versioned script can end in .contract.sql")]
    [InlineData("V9__x.Contract.sql", "is written .contract.sql, in lower case")]
    [InlineData("V9__x.contract.SQL", "is written .contract.sql, in lower case")]
    public async Task Another_spelling_of_the_suffix_is_an_error(string name, string problem)
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;
        scripts[name] = "SELECT 1;";

        Assert.Contains(problem, (await migrate.FailAsync(2, "validate", "--offline")).Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Bad_input_is_refused()
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        await migrate.FailAsync(2, "up", "--phase=both");
        Assert.Contains("--phase cannot be used with --target", (await migrate.FailAsync(2, "up", "--phase=expand", "--target=2")).Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(2, "wait", "--allow-contracted=x");
        await migrate.FailAsync(2, "new", "views", "--repeatable", "--phase=contract");
    }

    [Fact(Timeout = Timeout)]
    public async Task New_creates_a_contract_script()
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        var created = await migrate.SucceedAsync("new", "drop notes", "--phase=contract");

        Assert.Contains("V5__drop_notes.contract.sql", created.Stdout, StringComparison.Ordinal);
        Assert.Contains("U5__drop_notes.sql", created.Stdout, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task JSON_contains_the_phase_of_each_script()
    {
        var (_, scripts, migrate) = await StartAsync();
        using var _ = scripts;

        var status = (await migrate.SucceedAsync("status", "--output=json", "--phase=expand")).Json;

        Assert.Equal(
            ["expand|pending", "expand|pending", "contract|other-phase", "expand|pending"],
            status.GetProperty("scripts").EnumerateArray().Select(s => $"{s.GetProperty("phase")}|{s.GetProperty("state")}"));
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> StartAsync()
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = new ScriptFolder
        {
            ["V1__orders.sql"] = "CREATE TABLE orders (id int, reference text);",
            ["V2__number.sql"] = "ALTER TABLE orders ADD COLUMN number text;",
            ["V3__drop_reference.contract.sql"] = "ALTER TABLE orders DROP COLUMN reference;",
            ["V4__notes.sql"] = "ALTER TABLE orders ADD COLUMN notes text;",
            ["U3__drop_reference.sql"] = "ALTER TABLE orders ADD COLUMN reference text;",
            ["U4__notes.sql"] = "ALTER TABLE orders DROP COLUMN notes;",
        };
        return (database, scripts, new Cli(database, scripts));
    }
}
