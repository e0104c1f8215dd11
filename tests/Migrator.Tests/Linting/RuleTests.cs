using Migrator.Linting;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Every rule finds the statements that break it, and accepts its safer way. These tests need no database.</summary>
public sealed class RuleTests
{
    private const int Timeout = 20_000;

    public static TheoryData<int> BadCases => [.. Enumerable.Range(0, RuleCases.Bad.Count)];

    public static TheoryData<int> OtherBadCases => [.. Enumerable.Range(0, RuleCases.OtherBad.Count)];

    public static TheoryData<int> FailingCases => [.. Enumerable.Range(0, RuleCases.Failing.Count)];

    public static TheoryData<int> SafeCases => [.. Enumerable.Range(0, RuleCases.Safe.Count)];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(BadCases))]
    public Task A_statement_that_breaks_a_rule_is_found(int index) => FindsAsync(RuleCases.Bad[index]);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(OtherBadCases))]
    public Task A_statement_about_other_objects_that_breaks_a_rule_is_found(int index) => FindsAsync(RuleCases.OtherBad[index]);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(FailingCases))]
    public Task A_statement_that_PostgreSQL_refuses_is_found(int index) => FindsAsync(RuleCases.Failing[index]);

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(SafeCases))]
    public Task The_safer_way_has_no_findings(int index)
    {
        var one = RuleCases.Safe[index];
        Assert.True(Lint.Names(Lint.After([RuleCases.Schema], one.Scripts)) is [], one.ToString());
        return Task.CompletedTask;
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(BadCases))]
    public Task Tables_that_the_linted_scripts_create_have_no_findings(int index)
    {
        var one = RuleCases.Bad[index];
        Assert.True(Lint.Names(Lint.Scripts([RuleCases.Schema, .. one.Scripts])) is [], one.ToString());
        return Task.CompletedTask;
    }

    [Fact]
    public void Every_rule_has_a_case_a_safer_way_and_a_source()
    {
        string[] testedElsewhere =
        [
            "suppression-without-reason", "unused-suppression", "cannot-run-again",
            .. PhaseCases.All.SelectMany(c => $"{c.InExpand} {c.InContract}".Split(' ')).Where(r => r.Contains("-in-", StringComparison.Ordinal)),
        ];
        Assert.Equal(
            LintRules.All.Select(r => r.Id).Except(testedElsewhere).Order(StringComparer.Ordinal),
            RuleCases.Bad.Concat(RuleCases.OtherBad).Concat(RuleCases.Failing).Select(c => c.Rule).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(LintRules.All.Count, LintRules.All.Select(r => r.Id).Distinct().Count());
        var readme = File.ReadAllText(RepositoryRoot.Combine("docs", "lint.md"));
        Assert.All(LintRules.All, r => Assert.Contains($"`{r.Id}`", readme, StringComparison.Ordinal));
        Assert.All(LintRules.All, r =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", r.Id);
            Assert.EndsWith(".", r.Effect, StringComparison.Ordinal);
            Assert.EndsWith(".", r.SaferWay, StringComparison.Ordinal);
            Assert.Matches("^(https://www\\.postgresql\\.org/docs/|migrator/README\\.md#|docs/lint\\.md#|docs/phases\\.md#)", r.Source);
        });
    }

    [Fact]
    public void A_statement_that_cannot_be_retried_is_found_outside_a_transaction_only()
    {
        Assert.Equal(["warning:cannot-run-again@2:1"], Lint.Names(Lint.Scripts("-- evolve-tx-off\nCREATE DATABASE other;")));
        Assert.Equal([], Lint.Names(Lint.Scripts("-- evolve-tx-off\nVACUUM orders;\nALTER SYSTEM SET work_mem = '8MB';")));
    }

    [Theory]
    [InlineData("DO $$ BEGIN LOOP UPDATE orders SET a = 1; COMMIT; END LOOP; END $$;", "the DO block commits")]
    [InlineData("DO $$ BEGIN CALL outer_fill(); END $$;", "the DO block commits")]
    [InlineData("CALL outer_fill();", "CALL outer_fill commits")]
    [InlineData("CALL public.fill(1);", "CALL public.fill commits")]
    [InlineData("DO $$ BEGIN CALL harmless(); END $$;", null)]
    [InlineData("CALL harmless();", null)]
    [InlineData("CALL unknown();", null)]
    [InlineData("DO LANGUAGE plpython3u $$ COMMIT; $$;", null)]
    public void Code_that_commits_cannot_be_retried_outside_a_transaction(string statement, string? message)
    {
        string[] previous =
        [
            "CREATE PROCEDURE fill(n int) LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCREATE PROCEDURE outer_fill() LANGUAGE plpgsql AS $$ BEGIN CALL fill(1); END $$;",
            "CREATE PROCEDURE harmless() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCREATE OR REPLACE PROCEDURE harmless() LANGUAGE plpgsql AS $$ BEGIN CALL harmless(); END $$;",
        ];

        var found = Lint.After(previous, "-- evolve-tx-off\n" + statement);

        Assert.Equal(message is null ? [] : ["warning:cannot-run-again@2:1"], Lint.Names(found));
        Assert.All(found, f => Assert.StartsWith(message!, f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_of_an_enum_type_that_the_transaction_creates_is_only_a_warning()
    {
        // PostgreSQL 17 and newer versions allow it.
        Assert.Equal(
            ["warning:enum-value-in-same-transaction@3:1"],
            Lint.Names(Lint.Scripts("CREATE TYPE mood AS ENUM ('sad');\nALTER TYPE mood ADD VALUE 'ok';\nSELECT 'ok'::mood;")));
    }

    [Theory]
    [InlineData("BEGIN;\nSET LOCAL lock_timeout = 0;\nCOMMIT;\nALTER TABLE orders ADD c int;", "")]
    [InlineData("BEGIN;\nSELECT set_config('lock_timeout', '0', true);\nALTER TABLE orders ADD c int;\nCOMMIT;", "warning:lock-timeout-off@4:1")]
    [InlineData("BEGIN;\nSET lock_timeout = 0;\nCOMMIT;\nALTER TABLE orders ADD c int;", "warning:lock-timeout-off@5:1")]
    public void A_local_lock_timeout_ends_with_its_transaction(string script, string found)
        => Assert.Equal(found, string.Join(',', Lint.Names(Lint.After([RuleCases.Schema], "-- evolve-tx-off\n" + script))));

    [Fact]
    public void Each_action_of_a_statement_is_found_at_its_own_position()
    {
        var found = Lint.Scripts("""
            ALTER TABLE orders
                ADD COLUMN u uuid DEFAULT gen_random_uuid(),
                ALTER COLUMN a TYPE bigint,
                ADD CONSTRAINT fk FOREIGN KEY (c) REFERENCES customers (id);
            """);

        Assert.Equal(["error:volatile-default@1:1", "error:type-change@3:5", "error:foreign-key-without-not-valid@4:5"], Lint.Names(found));
        Assert.All(found, f => Assert.Equal("orders", f.Table?.Name));
        Assert.Contains("blocks reads and writes on orders, and writes on customers, until", found[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_previous_scripts_are_in_use_and_their_validated_constraints_count()
    {
        string[] previous = [RuleCases.Schema, "ALTER TABLE orders ADD CONSTRAINT p CHECK (a IS NOT NULL AND id > 0) NOT VALID;", "ALTER TABLE orders VALIDATE CONSTRAINT p;"];

        Assert.Equal([], Lint.Names(Lint.After(previous, "ALTER TABLE orders ALTER a SET NOT NULL;")));
        Assert.Equal(["error:set-not-null-without-check@1:1"], Lint.Names(Lint.After(previous, "ALTER TABLE orders ALTER t SET NOT NULL;")));
        Assert.Equal(["error:set-not-null-without-check@1:1"], Lint.Names(Lint.After([previous[0], previous[1]], "ALTER TABLE orders ALTER a SET NOT NULL;")));
        Assert.Equal(
            ["error:set-not-null-without-check@1:1"],
            Lint.Names(Lint.After([RuleCases.Schema, "ALTER TABLE orders ADD CONSTRAINT p CHECK (a IS NOT NULL OR id > 0);"], "ALTER TABLE orders ALTER a SET NOT NULL;")));
    }

    [Fact]
    public void A_renamed_column_keeps_its_type_and_NOT_NULL()
    {
        string[] previous = [RuleCases.Schema, "ALTER TABLE orders RENAME COLUMN id TO number;", "ALTER TABLE orders RENAME a TO amount;"];

        Assert.Equal([], Lint.Names(Lint.After(previous, "ALTER TABLE orders ALTER number SET NOT NULL, ALTER amount TYPE int;")));
        Assert.Equal(["error:set-not-null-without-check@1:1"], Lint.Names(Lint.After(previous, "ALTER TABLE orders ALTER id SET NOT NULL;")));
    }

    [Fact]
    public void Names_are_compared_by_the_rules_for_case_quotes_and_schema()
    {
        Assert.Equal([], Lint.Names(Lint.Scripts("CREATE TABLE \"orders\" (a int);\nCREATE INDEX i ON public.ORDERS (a);")));
        Assert.Equal(["error:index-without-concurrently@2:1"], Lint.Names(Lint.Scripts("CREATE TABLE a.orders (a int);\nCREATE INDEX i ON b.orders (a);")));
        Assert.Equal(["error:index-without-concurrently@2:1"], Lint.Names(Lint.Scripts("CREATE TABLE \"Orders\" (a int);\nCREATE INDEX i ON orders (a);")));
        Assert.Equal([], Lint.Names(Lint.Scripts("CREATE TABLE t (a int);\nALTER TABLE t RENAME TO u;\nCREATE INDEX i ON u (a);\nDROP INDEX i;")));
    }

    private static Task FindsAsync(RuleCase one)
    {
        var found = Lint.After([RuleCases.Schema], one.Scripts);
        Assert.True(
            found.Any(f => f.Rule.Id == one.Rule && f.Severity.ToString().Equals(one.Severity, StringComparison.OrdinalIgnoreCase)),
            $"{one}\n{string.Join('\n', Lint.Names(found))}");
        return Task.CompletedTask;
    }
}
