using Migrator.Linting;
using Migrator.Scripts;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>In a folder with a contract script, the phase of a script decides what it may remove, rename or narrow.</summary>
public sealed class PhaseRuleTests(SharedServer server)
{
    private const int Timeout = 60_000;

    // The rules that only warn about the old version, and the rules about phases.
    private static readonly string[] s_rules =
        ["rename", "drop-table", "drop-column", "drop-object", "row-level-security", "removal-in-expand", "narrowing-in-expand", "cascade-in-contract"];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, PhaseCases.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_expand_script_must_not_remove_or_narrow(int index)
        => AssertFound(PhaseCases.All[index], PhaseCases.All[index].InExpand, Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], PhaseCases.All[index].Script));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_contract_script_may_remove_and_narrow_without_CASCADE(int index)
        => AssertFound(PhaseCases.All[index], PhaseCases.All[index].InContract, Lint.InPhase(ScriptPhase.Contract, [PhaseCases.Schema], PhaseCases.All[index].Script));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Without_a_contract_script_the_phases_do_not_matter(int index)
        => Assert.DoesNotContain(Lint.After([PhaseCases.Schema], PhaseCases.All[index].Script), f => f.Rule.Id.EndsWith("-in-expand", StringComparison.Ordinal) || f.Rule.Id.EndsWith("-in-contract", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_the_linted_scripts_create_can_be_removed(int index)
        => Assert.DoesNotContain(
            Lint.InPhase(ScriptPhase.Expand, [], PhaseCases.Schema, PhaseCases.All[index].Script),
            f => f.Rule.Id.EndsWith("-in-expand", StringComparison.Ordinal) && !IsAboutRoles(PhaseCases.All[index]));

    [Fact(Timeout = Timeout)]
    public async Task Each_case_is_valid_SQL()
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsync(PhaseCases.Schema);
        foreach (var one in PhaseCases.All)
        {
            // A superuser can create roles, which are rolled back, too.
            var statements = one.Script.Replace("BEGIN;\n", "", StringComparison.Ordinal).Replace("COMMIT;", "", StringComparison.Ordinal);
            var error = await Record.ExceptionAsync(() => database.ExecuteAsSuperuserAsync($"BEGIN;\n{statements}\nROLLBACK;"));
            Assert.True(error is null, $"{one}: {error?.Message}");
        }
    }

    [Theory]
    [InlineData("ALTER TABLE orders ADD CONSTRAINT k CHECK (a > 0) NOT ENFORCED;", "")]
    [InlineData("ALTER TABLE orders ADD CONSTRAINT k NOT NULL a NOT VALID;", "narrowing-in-expand")]
    [InlineData("ALTER TABLE orders ALTER CONSTRAINT k ENFORCED;", "narrowing-in-expand")]
    [InlineData("ALTER TABLE unknown ALTER COLUMN a TYPE smallint;", "")]
    [InlineData("CREATE UNIQUE INDEX IF NOT EXISTS orders_old ON orders (old);", "")]
    [InlineData("ALTER TABLE orders ADD COLUMN IF NOT EXISTS a int;\nALTER TABLE orders ALTER COLUMN a SET NOT NULL;", "narrowing-in-expand")]
    [InlineData("ALTER TABLE orders ADD COLUMN c int;\nALTER TABLE orders RENAME c TO d;\nALTER TABLE orders ADD CHECK (d > 0) NOT VALID;", "rename")]
    [InlineData("ALTER FOREIGN TABLE far DROP COLUMN a;", "removal-in-expand")]
    [InlineData("ALTER FOREIGN TABLE far ADD CONSTRAINT k CHECK (a > 0);", "")]
    public void Details_of_the_syntax_count(string script, string found)
        => AssertFound(new PhaseCase(script), found, Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], script));

    [Fact]
    public void Columns_of_earlier_linted_scripts_are_new()
    {
        string[] scripts =
        [
            "ALTER TABLE orders ADD COLUMN c int DEFAULT 0;",
            "ALTER TABLE orders ADD CONSTRAINT k CHECK (c IS NOT NULL) NOT VALID;",
            "ALTER TABLE orders VALIDATE CONSTRAINT k;",
            "ALTER TABLE orders ALTER COLUMN c SET NOT NULL;",
        ];

        Assert.Equal([], Lint.Names(Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], scripts)));
        Assert.Equal(["error:narrowing-in-expand@1:1"], Lint.Names(Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema, scripts[0]], scripts[1])));
        // A valid constraint forbids null already.
        Assert.Equal([], Lint.Names(Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema, .. scripts[..3]], scripts[3])));
    }

    [Fact]
    public void Rules_about_locks_and_duration_apply_in_each_phase()
    {
        const string Script = "ALTER TABLE orders ADD CONSTRAINT k CHECK (a > 0);";

        Assert.Equal(["error:check-without-not-valid@1:1", "error:narrowing-in-expand@1:1"], Lint.Names(Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], Script)));
        Assert.Equal(["error:check-without-not-valid@1:1"], Lint.Names(Lint.InPhase(ScriptPhase.Contract, [PhaseCases.Schema], Script)));
        Assert.Equal(["warning:truncate@1:1"], Lint.Names(Lint.InPhase(ScriptPhase.Contract, [PhaseCases.Schema], "TRUNCATE orders;")));
    }

    [Theory]
    [InlineData("ALTER TABLE orders RENAME COLUMN a TO b;", "trigger that writes both columns")]
    [InlineData("ALTER TABLE orders RENAME TO purchases;", "CREATE VIEW old AS SELECT * FROM new")]
    [InlineData("ALTER TABLE orders DROP COLUMN a;", ".contract.sql")]
    [InlineData("ALTER TABLE orders ALTER COLUMN a SET NOT NULL;", "CHECK (column IS NOT NULL) NOT VALID in a script whose name ends in .contract.sql")]
    [InlineData("CREATE UNIQUE INDEX k ON orders (a);", "CREATE UNIQUE INDEX CONCURRENTLY in a script whose name ends in .contract.sql")]
    [InlineData("ALTER TABLE orders ALTER COLUMN a TYPE text;", "add a column of the new type")]
    public void The_error_has_the_steps_for_the_kind_of_the_statement(string script, string step)
        => Assert.Contains(step, Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], script).Single(f => f.Rule.Id.EndsWith("-in-expand", StringComparison.Ordinal)).SaferWay, StringComparison.Ordinal);

    [Theory]
    [InlineData("-- migrate-lint: allow removal-in-expand because nothing reads it since v3\nALTER TABLE orders DROP COLUMN old;", "(error:removal-in-expand@2:1)")]
    [InlineData("-- migrate-lint: allow removal-in-expand because it is replaced\nDROP VIEW totals;\nCREATE VIEW totals AS SELECT 1 AS n;", "warning:unused-suppression@1:1")]
    [InlineData("-- migrate-lint: allow drop-column because nothing reads it since v3\nALTER TABLE orders DROP COLUMN old;", "warning:unused-suppression@1:1 error:removal-in-expand@2:1")]
    public void A_comment_allows_an_exception(string script, string found)
        => Assert.Equal(found.Split(' '), Lint.Names(Lint.InPhase(ScriptPhase.Expand, [PhaseCases.Schema], script)));

    // A role is not created by the scripts, as far as lint knows.
    private static bool IsAboutRoles(PhaseCase one) => one.Script.Contains("ROLE", StringComparison.Ordinal) || one.Script.Contains("IN SCHEMA public", StringComparison.Ordinal);

    private static void AssertFound(PhaseCase one, string expected, IReadOnlyList<Finding> findings)
        => Assert.True(expected == string.Join(' ', findings.Where(f => s_rules.Contains(f.Rule.Id)).Select(f => f.Rule.Id)), $"{one}\n{string.Join('\n', Lint.Names(findings))}");
}
