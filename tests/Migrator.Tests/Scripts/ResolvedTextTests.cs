using System.Text;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ResolvedTextTests
{
    private readonly List<Problem> _problems = [];

    [Theory(Timeout = 10_000)]
    [InlineData("GRANT ALL TO ${role};", "GRANT ALL TO app;")]
    [InlineData("${role}${role}", "appapp")]
    [InlineData("${ROLE}", "app")]
    [InlineData("${long-name.x_1}", "a value that is longer than its placeholder")]
    [InlineData("nothing", "nothing")]
    [InlineData("", "")]
    [InlineData("$role {role} $ {role}", "$role {role} $ {role}")]
    [InlineData("'${}' '${a b}' '${open", "'${}' '${a b}' '${open")]
    [InlineData("$${role}$", "$app$")]
    [InlineData("${nested}", "${role}")]
    public void A_text_becomes(string text, string resolved)
    {
        Assert.Equal(resolved, Resolve(text).Text);
        Assert.Empty(_problems);
    }

    [Fact(Timeout = 10_000)]
    public void A_placeholder_without_a_value_is_a_problem_with_its_place()
    {
        Resolve("SELECT 1;\nSELECT '${role}', '${missing}', '${other}';");

        Assert.Equal(
            [("V1__x.sql:2:20", "missing"), ("V1__x.sql:2:34", "other")],
            _problems.Select(p => (p.Location!, p.Message.Split("${")[1].Split('}')[0])));
    }

    [Fact(Timeout = 10_000)]
    public void Without_placeholders_the_text_is_left_alone()
    {
        var script = Script("${missing}");

        Assert.Equal("${missing}", ResolvedText.Resolve(script, null, _problems).Text);
        Assert.Empty(_problems);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("${role}\nERROR", "2:1")]
    [InlineData("${long-name.x_1} ${role} ERROR", "1:26")]
    [InlineData("a ERROR ${role}", "1:3")]
    [InlineData("${multiline}\n  ERROR", "2:3")]
    [InlineData("${empty}${empty}ERROR", "1:17")]
    [InlineData("😀 ${role} ERROR", "1:11")]
    public void A_place_in_the_resolved_text_leads_back_to_the_file(string text, string position)
    {
        var resolved = Resolve(text);

        var offset = resolved.Text.IndexOf("ERROR", StringComparison.Ordinal);
        Assert.Equal(position, resolved.PositionOf(offset).ToString());
    }

    private static Script Script(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return new Script(name!, "/V1__x.sql", Encoding.UTF8.GetBytes(text));
    }

    private ResolvedText Resolve(string text)
        => ResolvedText.Resolve(
            Script(text),
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["role"] = "app",
                ["long-name.x_1"] = "a value that is longer than its placeholder",
                ["multiline"] = "one\ntwo\nthree",
                ["empty"] = "",
                ["nested"] = "${role}",
            },
            _problems);
}
