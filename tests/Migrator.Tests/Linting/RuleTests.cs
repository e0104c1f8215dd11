using Migrator.Linting;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Every rule finds what it forbids, and leaves the safer way alone; on the text, without a database.</summary>
public sealed class RuleTests
{
    private const int Timeout = 20_000;

    public static TheoryData<int> BadCases => [.. Enumerable.Range(0, RuleCases.Bad.Count)];

    public static TheoryData<int> FailingCases => [.. Enumerable.Range(0, RuleCases.Failing.Count)];

    public static TheoryData<int> SafeCases => [.. Enumerable.Range(0, RuleCases.Safe.Count)];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(BadCases))]
    public Task What_a_rule_forbids_is_found(int index) => FindsAsync(RuleCases.Bad[index]);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(FailingCases))]
    public Task What_cannot_run_is_found(int index) => FindsAsync(RuleCases.Failing[index]);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(SafeCases))]
    public Task The_safer_way_is_left_alone(int index)
    {
        var one = RuleCases.Safe[index];
        Assert.True(Lint.Names(Lint.Behind([RuleCases.Schema], one.Scripts)) is [], one.ToString());
        return Task.CompletedTask;
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(BadCases))]
    public Task Tables_that_the_same_set_creates_are_left_alone(int index)
    {
        var one = RuleCases.Bad[index];
        Assert.True(Lint.Names(Lint.Set([RuleCases.Schema, .. one.Scripts])) is [], one.ToString());
        return Task.CompletedTask;
    }

    [Fact]
    public void Every_rule_has_a_case_a_safer_way_and_a_source()
    {
        string[] elsewhere = ["suppression-without-reason", "unused-suppression", "cannot-run-again"];
        Assert.Equal(
            LintRules.All.Select(r => r.Id).Except(elsewhere).Order(StringComparer.Ordinal),
            RuleCases.Bad.Concat(RuleCases.Failing).Select(c => c.Rule).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(LintRules.All.Count, LintRules.All.Select(r => r.Id).Distinct().Count());
        var readme = File.ReadAllText(RepositoryRoot.Combine("migrator", "README.md"));
        Assert.All(LintRules.All, r => Assert.Contains($"`{r.Id}`", readme, StringComparison.Ordinal));
        Assert.All(LintRules.All, r =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", r.Id);
            Assert.EndsWith(".", r.Happens, StringComparison.Ordinal);
            Assert.EndsWith(".", r.Safer, StringComparison.Ordinal);
            Assert.Matches("^(https://www\\.postgresql\\.org/docs/|migrator/README\\.md#)", r.Source);
        });
    }

    [Fact]
    public void What_nobody_can_tell_from_the_catalog_is_found_outside_a_transaction_only()
    {
        Assert.Equal(["warning:cannot-run-again@2:1"], Lint.Names(Lint.Set("-- evolve-tx-off\nCREATE DATABASE other;")));
        Assert.Equal([], Lint.Names(Lint.Set("-- evolve-tx-off\nVACUUM orders;\nALTER SYSTEM SET work_mem = '8MB';")));
    }

    [Fact]
    public void Each_action_of_a_statement_is_found_at_its_own_place()
    {
        var found = Lint.Set("""
            ALTER TABLE orders
                ADD COLUMN u uuid DEFAULT gen_random_uuid(),
                ALTER COLUMN a TYPE bigint,
                ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES customers (id);
            """);

        Assert.Equal(["error:volatile-default@1:1", "error:type-change@3:5", "error:foreign-key-without-not-valid@4:5"], Lint.Names(found));
        Assert.All(found, f => Assert.Equal("orders", f.Table?.Name));
        Assert.Contains("blocks writes on orders and customers", found[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_scripts_before_the_set_created_is_in_use_and_what_they_proved_counts()
    {
        string[] before = [RuleCases.Schema, "ALTER TABLE orders ADD CONSTRAINT p CHECK (a IS NOT NULL AND id > 0) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT p;"];

        Assert.Equal([], Lint.Names(Lint.Behind(before, "ALTER TABLE orders ALTER a SET NOT NULL;")));
        Assert.Equal(["error:set-not-null-without-check@1:1"], Lint.Names(Lint.Behind(before, "ALTER TABLE orders ALTER t SET NOT NULL;")));
        Assert.Equal(["error:set-not-null-without-check@1:1"], Lint.Names(Lint.Behind([before[0], before[1]], "ALTER TABLE orders ALTER a SET NOT NULL;")));
        Assert.Equal(
            ["error:set-not-null-without-check@1:1"],
            Lint.Names(Lint.Behind([RuleCases.Schema, "ALTER TABLE orders ADD CONSTRAINT p CHECK (a IS NOT NULL OR id > 0);"], "ALTER TABLE orders ALTER a SET NOT NULL;")));
    }

    [Fact]
    public void Names_are_the_same_whatever_their_case_quotes_and_schema()
    {
        Assert.Equal([], Lint.Names(Lint.Set("CREATE TABLE \"orders\" (a int);\nCREATE INDEX i ON public.ORDERS (a);")));
        Assert.Equal(["error:index-without-concurrently@2:1"], Lint.Names(Lint.Set("CREATE TABLE a.orders (a int);\nCREATE INDEX i ON b.orders (a);")));
        Assert.Equal(["error:index-without-concurrently@2:1"], Lint.Names(Lint.Set("CREATE TABLE \"Orders\" (a int);\nCREATE INDEX i ON orders (a);")));
        Assert.Equal([], Lint.Names(Lint.Set("CREATE TABLE t (a int);\nALTER TABLE t RENAME TO u;\nCREATE INDEX i ON u (a);\nDROP INDEX i;")));
    }

    private static Task FindsAsync(RuleCase one)
    {
        var found = Lint.Behind([RuleCases.Schema], one.Scripts);
        Assert.True(
            found.Any(f => f.Rule.Id == one.Rule && f.Severity.ToString().Equals(one.Severity, StringComparison.OrdinalIgnoreCase)),
            $"{one}\n{string.Join('\n', Lint.Names(found))}");
        return Task.CompletedTask;
    }
}
