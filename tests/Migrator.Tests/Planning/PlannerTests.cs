using System.Text;
using Migrator.History;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Planning;

/// <summary>Each row of the README's table "When history and scripts differ", and the options that affect it.</summary>
public sealed class PlannerTests
{
    private readonly List<Script> _scripts = [];
    private readonly List<HistoryEntry> _history = [];

    [Fact(Timeout = 10_000)]
    public void All_scripts_are_pending_in_order_in_an_empty_database()
    {
        Scripts("R__b.sql", "V10__x.sql", "R__a.sql", "V9__x.sql");

        var plan = Plan();

        Assert.Equal("V9__x.sql,V10__x.sql,R__a.sql,R__b.sql", Pending(plan));
        Assert.Equal(Pending(plan), Awaited(plan));
        Assert.Null(plan.Current);
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void Applied_scripts_are_not_pending()
    {
        Scripts("V1__x.sql", "V2__x.sql", "V3__x.sql", "R__a.sql");
        Applied("V1__x.sql", "V2__x.sql", "R__a.sql");

        var plan = Plan();

        Assert.Equal("V3__x.sql", Pending(plan));
        Assert.Equal("V3__x.sql", Awaited(plan));
        Assert.Equal("2", plan.Current!.Label);
        Assert.Equal("V1__x.sql=applied V2__x.sql=applied V3__x.sql=pending R__a.sql=applied", States(plan));
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void A_database_that_is_ahead_causes_a_warning_and_the_gate_passes()
    {
        Scripts("V1__x.sql", "R__a.sql");
        Applied("V1__x.sql", "R__a.sql", "V2__newer.sql");
        AppliedWith("R__a.sql", "the newer release's view");

        var plan = Plan();

        Assert.Empty(plan.Pending);
        Assert.Empty(plan.Awaited);
        Assert.Empty(plan.Problems);
        Assert.Equal("database-ahead", Assert.Single(plan.Warnings).Id);
        Assert.Contains("V2__newer.sql=ahead", States(plan), StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void Any_database_is_ahead_of_a_folder_without_versions()
    {
        Applied("V1__x.sql");

        var plan = Plan();

        Assert.Empty(plan.Problems);
        Assert.Equal("database-ahead", Assert.Single(plan.Warnings).Id);
    }

    [Fact(Timeout = 10_000)]
    public void An_applied_version_without_a_script_stops_up_but_not_the_gate()
    {
        Scripts("V2__x.sql", "V3__x.sql");
        Applied("V1__gone.sql", "V2__x.sql");

        var plan = Plan();

        var problem = Assert.Single(plan.Problems);
        Assert.Equal(("missing-script", "V1__gone.sql"), (problem.Id, problem.Script));
        Assert.Empty(plan.GateProblems);
        Assert.StartsWith("V1__gone.sql=missing", States(plan), StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void A_changed_script_stops_up_and_the_gate()
    {
        Scripts("V1__x.sql", "V2__x.sql");
        AppliedWith("V1__x.sql", "what it was");

        var plan = Plan();

        var problem = Assert.Single(plan.Problems);
        Assert.Equal(("checksum-mismatch", "V1__x.sql"), (problem.Id, problem.Script));
        Assert.Same(problem, Assert.Single(plan.GateProblems));
        Assert.StartsWith("V1__x.sql=checksum-mismatch", States(plan), StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void An_out_of_order_version_stops_up_and_the_gate_waits()
    {
        Scripts("V1__x.sql", "V2__late.sql", "V3__x.sql");
        Applied("V1__x.sql", "V3__x.sql");

        var plan = Plan();

        Assert.Equal("out-of-order", Assert.Single(plan.Problems).Id);
        Assert.Empty(plan.GateProblems);
        Assert.Equal("V2__late.sql", Awaited(plan));
        Assert.Contains("V2__late.sql=out-of-order", States(plan), StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void An_out_of_order_version_runs_if_it_is_allowed()
    {
        Scripts("V1__x.sql", "V2__late.sql", "V3__x.sql", "V4__new.sql");
        Applied("V1__x.sql", "V3__x.sql");

        var plan = Plan(new PlanRules(OutOfOrder: true));

        Assert.Equal("V2__late.sql,V4__new.sql", Pending(plan));
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void A_version_is_also_out_of_order_if_the_database_is_ahead()
    {
        Scripts("V1__x.sql", "V2__late.sql");
        Applied("V1__x.sql", "V3__newer.sql");

        var plan = Plan();

        Assert.Equal("out-of-order", Assert.Single(plan.Problems).Id);
        Assert.Equal("database-ahead", Assert.Single(plan.Warnings).Id);
    }

    [Fact(Timeout = 10_000)]
    public void A_repeatable_with_new_content_runs_again_and_the_gate_waits_for_it()
    {
        Scripts("R__a.sql");
        AppliedWith("R__a.sql", "before");

        var plan = Plan();

        Assert.Equal("R__a.sql", Pending(plan));
        Assert.Equal("R__a.sql", Awaited(plan));
        Assert.Equal("R__a.sql=changed", States(plan));
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void A_repeatable_with_an_earlier_content_runs_again_but_the_gate_passes()
    {
        Scripts("R__a.sql");
        Applied("R__a.sql");
        AppliedWith("R__a.sql", "what a newer release put there");

        var plan = Plan();

        Assert.Equal("R__a.sql", Pending(plan));
        Assert.Empty(plan.Awaited);
    }

    [Fact(Timeout = 10_000)]
    public void A_repeatable_that_repeats_always_is_pending_only_for_up()
    {
        Script("R__a.sql", "-- evolve-repeat-always\nSELECT 1;");
        AppliedWith("R__a.sql", "-- evolve-repeat-always\nSELECT 1;");

        var plan = Plan();

        Assert.Equal("R__a.sql", Pending(plan));
        Assert.Empty(plan.Awaited);
        Assert.Equal("R__a.sql=repeats-always", States(plan));
    }

    [Fact(Timeout = 10_000)]
    public void A_new_repeatable_that_repeats_always_is_pending_only_for_up()
    {
        Script("R__a.sql", "-- evolve-repeat-always\nSELECT 1;");

        var plan = Plan();

        Assert.Equal("R__a.sql", Pending(plan));
        Assert.Empty(plan.Awaited);
    }

    [Fact(Timeout = 10_000)]
    public void Versions_above_the_target_are_not_pending()
    {
        Scripts("V1__x.sql", "V2__x.sql", "V3__x.sql");

        var plan = Plan(new PlanRules(Target: Version("2")));

        Assert.Equal("V1__x.sql,V2__x.sql", Pending(plan));
        Assert.Equal("V1__x.sql=pending V2__x.sql=pending V3__x.sql=above-target", States(plan));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("SELECT b FROM t;", null)]
    [InlineData("SELECT b FROM t;", "SELECT a FROM t;")]
    [InlineData("-- evolve-repeat-always\nSELECT b FROM t;", "-- evolve-repeat-always\nSELECT b FROM t;")]
    public void A_repeatable_does_not_run_if_the_target_leaves_out_a_version(string text, string? applied)
    {
        Scripts("V1__x.sql", "V2__x.sql", "R__same.sql");
        Script("R__view.sql", text);
        Applied("R__same.sql");
        if (applied is not null)
        {
            AppliedWith("R__view.sql", applied);
        }

        var plan = Plan(new PlanRules(Target: Version("1")));

        Assert.Equal("V1__x.sql", Pending(plan));
        Assert.Equal("V1__x.sql", Awaited(plan));
        Assert.Equal("V1__x.sql=pending V2__x.sql=above-target R__same.sql=applied R__view.sql=above-target", States(plan));
        var warning = Assert.Single(plan.Warnings);
        Assert.Equal("repeatable-above-target", warning.Id);
        Assert.EndsWith(" do not run: R__view.sql", warning.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("2")]
    [InlineData("3")]
    public void A_repeatable_runs_if_the_target_leaves_out_no_version(string target)
    {
        Scripts("V1__x.sql", "V2__x.sql", "R__view.sql");

        var plan = Plan(new PlanRules(Target: Version(target)));

        Assert.Equal("V1__x.sql,V2__x.sql,R__view.sql", Pending(plan));
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void A_target_below_the_applied_versions_undoes_nothing()
    {
        Scripts("V1__x.sql", "V2__x.sql", "V3__x.sql");
        Applied("V1__x.sql", "V2__x.sql");

        var plan = Plan(new PlanRules(Target: Version("1")));

        Assert.Empty(plan.Pending);
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void Versions_below_Evolves_start_version_count_as_applied_and_the_version_itself_is_pending()
    {
        Scripts("V1__x.sql", "V2__x.sql", "V3__x.sql");
        _history.Add(Entry(HistoryKind.StartVersion, Version("2"), "StartVersion = 2", null));

        var plan = Plan();

        Assert.Equal("V2__x.sql,V3__x.sql", Pending(plan));
        Assert.Equal("V1__x.sql=baseline V2__x.sql=pending V3__x.sql=pending", States(plan));
        AssertNoProblems(plan);
    }

    [Fact(Timeout = 10_000)]
    public void A_row_without_a_checksum_matches_any_script()
    {
        Scripts("V1__x.sql");
        _history.Add(Entry(HistoryKind.Versioned, Version("1"), "V1__x.sql", null));

        AssertNoProblems(Plan());
        Assert.Empty(Plan().Pending);
    }

    [Fact(Timeout = 10_000)]
    public void A_renamed_script_is_still_the_same_version()
    {
        Script("V01__other_name.sql", "SELECT 1;");
        AppliedWith("V1__x.sql", "SELECT 1;");

        var plan = Plan();

        Assert.Empty(plan.Pending);
        Assert.Empty(plan.Problems);
        Assert.Equal("renamed-script", Assert.Single(plan.Warnings).Id);
    }

    [Fact(Timeout = 10_000)]
    public void The_last_of_two_rows_for_one_version_counts()
    {
        Scripts("V1__x.sql");
        AppliedWith("V1__x.sql", "before it was undone by hand");
        Applied("V1__x.sql");

        AssertNoProblems(Plan());
    }

    [Fact(Timeout = 10_000)]
    public void All_problems_are_found_at_once()
    {
        Scripts("V1__x.sql", "V3__late.sql", "V4__x.sql");
        AppliedWith("V1__x.sql", "changed");
        Applied("V2__gone.sql", "V4__x.sql");

        Assert.Equal(
            ["checksum-mismatch", "missing-script", "out-of-order"],
            Plan().Problems.Select(p => p.Id).Order(StringComparer.Ordinal));
    }

    private static void AssertNoProblems(Plan plan)
    {
        Assert.Empty(plan.Problems);
        Assert.Empty(plan.GateProblems);
        Assert.Empty(plan.Warnings);
    }

    private static string Pending(Plan plan) => string.Join(',', plan.Pending);

    private static string Awaited(Plan plan) => string.Join(',', plan.Awaited);

    private static string States(Plan plan) => string.Join(' ', plan.Scripts.Select(s => $"{s.FileName}={StateNames.Of(s.State)}"));

    private static ScriptVersion Version(string text)
        => ScriptVersion.TryParse(text, out var version, out _) ? version : throw new ArgumentException(text);

    private static string DefaultText(string fileName) => $"SELECT '{fileName}';";

    private static Script ScriptOf(string fileName, string text)
        => ScriptName.TryParse(fileName, out var name, out _)
            ? Migrator.Scripts.Script.FromContent(name, "/" + fileName, Encoding.UTF8.GetBytes(text))
            : throw new ArgumentException(fileName);

    private void Scripts(params string[] fileNames)
    {
        foreach (var fileName in fileNames)
        {
            Script(fileName, DefaultText(fileName));
        }
    }

    private void Script(string fileName, string text) => _scripts.Add(ScriptOf(fileName, text));

    private void Applied(params string[] fileNames)
    {
        foreach (var fileName in fileNames)
        {
            AppliedWith(fileName, DefaultText(fileName));
        }
    }

    private void AppliedWith(string fileName, string text)
    {
        var script = ScriptOf(fileName, text);
        var kind = script.Version is null ? HistoryKind.Repeatable : HistoryKind.Versioned;
        _history.Add(Entry(kind, script.Version, fileName, script.Checksum));
    }

    private HistoryEntry Entry(HistoryKind kind, ScriptVersion? version, string name, string? checksum)
        => new(_history.Count + 1, kind, version, "x", name, checksum, "app", DateTime.UnixEpoch);

    private Plan Plan(PlanRules? rules = null)
        => Planner.Plan(
            new ScriptSet(
                [.. _scripts.Where(s => s.Kind == ScriptKind.Versioned).OrderBy(s => s.Version)],
                [.. _scripts.Where(s => s.Kind == ScriptKind.Repeatable).OrderBy(s => s.FileName, StringComparer.Ordinal)],
                []),
            _history,
            rules ?? new PlanRules());
}
