using System.Text;
using Migrator.Planning;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ScriptDirectiveTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("-- migrate: no-placeholders\nSELECT '${x}';")]
    [InlineData("-- evolve-tx-off\n-- migrate: no-placeholders\nVACUUM;")]
    [InlineData("-- Migrate: No-Placeholders\nSELECT '${x}';")]
    [InlineData("-- Migrate: the orders move to another table.\nSELECT 1;")]
    [InlineData("SELECT 1; -- migrate-lint: allow rename because x\n")]
    [InlineData("SELECT '-- migrate: up', 1 /* migrate: down */;\n-- to migrate: call us")]
    [InlineData("-- migrate: no-placeholders")]
    public void A_script_without_unknown_directives_is_valid(string script)
        => Assert.DoesNotContain(Problems(script), p => p.Id is "directive" or "placeholder");

    [Theory(Timeout = 10_000)]
    [InlineData("-- migrate: no-placeholder\nSELECT 1;", "1:1", "the directive '-- migrate: no-placeholder' is unknown")]
    [InlineData("--migrate:\nSELECT 1;", "1:1", "the directive '-- migrate: ' is unknown")]
    [InlineData("SELECT 1;\n  -- migrate: fast\n", "2:3", "the directive '-- migrate: fast' is unknown")]
    [InlineData("SELECT 1;\n-- migrate: no-placeholders\n", "2:1", "the directive '-- migrate: no-placeholders' is not in the header of the script")]
    [InlineData("SELECT 1 -- migrate: no-placeholders\n;", "1:10", "the directive '-- migrate: no-placeholders' is not in the header of the script")]
    [InlineData("SELECT 1; -- migrate: no-placeholders", "1:11", "the directive '-- migrate: no-placeholders' is not in the header of the script")]
    [InlineData("-- migrate:up\nSELECT 1;", "1:1", "'-- migrate: up' is a directive of dbmate, which migrate does not read")]
    [InlineData("SELECT 1;\n-- migrate:down transaction:false\nSELECT 1;", "2:1", "'-- migrate: down transaction:false' is a directive of dbmate, which migrate does not read")]
    public void A_directive_without_effect_is_an_error_with_its_place(string script, string position, string message)
    {
        var problem = Assert.Single(Problems(script));

        Assert.Equal(("directive", "V1__x.sql", position, message), (problem.Id, problem.Script, problem.Position.ToString(), problem.Message));
        Assert.NotEmpty(problem.Advice!);
    }

    [Fact(Timeout = 10_000)]
    public void A_directive_after_a_very_long_comment_is_an_error()
        => Assert.Contains(Problems($"/* {new string('x', 100_000)} */\n-- migrate: no-placeholders\nSELECT 1;"), p => p.Message.Contains("too far from the start", StringComparison.Ordinal));

    [Fact(Timeout = 10_000)]
    public void The_undo_directive_of_dbmate_is_reported_with_the_name_of_an_undo_script()
        => Assert.Contains("U1__", Problems("SELECT 1;\n-- migrate:down\nSELECT 1;")[0].Advice, StringComparison.Ordinal);

    private static List<Problem> Problems(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        var problems = new List<Problem>();
        new ScriptChecker(PlaceholderValues.Of(new Dictionary<string, string>()), problems).Check(Script.FromContent(name, "/V1__x.sql", Encoding.UTF8.GetBytes(text)));
        return problems;
    }
}
