using System.Text;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ResolvedTextTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("GRANT ALL TO ${role};", "GRANT ALL TO app;")]
    [InlineData("${role}${role}", "appapp")]
    [InlineData("${ROLE}", "app")]
    [InlineData("${long-name.x_1}", "a value that is longer than its placeholder")]
    [InlineData("nothing", "nothing")]
    [InlineData("", "")]
    [InlineData("$role {role} $ {role}", "$role {role} $ {role}")]
    [InlineData("'${}' '${a b}' '${open", "'${}' '${a b}' '${open")]
    [InlineData("$${role}", "${role}")]
    [InlineData("'Dear $${customer}, $${order.id}: ${role}'", "'Dear ${customer}, ${order.id}: app'")]
    [InlineData("$${a}$${b}", "${a}${b}")]
    [InlineData("$$${role}$$", "$$app$$")]
    [InlineData("$$$${role}$$", "$$${role}$$")]
    [InlineData("DEFAULT $${red}$$)", "DEFAULT $${red}$$)")]
    [InlineData("DEFAULT $${red,green}$$ ${role}", "DEFAULT $${red,green}$$ app")]
    [InlineData("$body$${role}$body$", "$body$app$body$")]
    [InlineData("$body$ $${role} $body$", "$body$ ${role} $body$")]
    [InlineData("$1$${role}", "$1${role}")]
    [InlineData("a body$${role}", "a body${role}")]
    [InlineData("DO $$ SELECT '${role}' $$", "DO $$ SELECT 'app' $$")]
    [InlineData("$$", "$$")]
    [InlineData("$${}$${a b}", "$${}$${a b}")]
    [InlineData("-- migrate: no-placeholders\n${role} $${role}", "-- migrate: no-placeholders\n${role} $${role}")]
    [InlineData("/* © */\n\n--\tMIGRATE:No-Placeholders \n${x}", "/* © */\n\n--\tMIGRATE:No-Placeholders \n${x}")]
    [InlineData("-- ${role}\r\n-- migrate: no-placeholders\r\n${x}", "-- ${role}\r\n-- migrate: no-placeholders\r\n${x}")]
    [InlineData("-- migrate-lint: no-placeholders\n${role}", "-- migrate-lint: no-placeholders\napp")]
    [InlineData("SELECT 1;\n-- migrate: no-placeholders\n${role}", "SELECT 1;\n-- migrate: no-placeholders\napp")]
    [InlineData("${nested}", "${role}")]
    public void Placeholders_are_replaced_by_their_values(string text, string resolved)
    {
        Assert.Equal(resolved, ResolvedText.Read(Script(text), Values));
        Assert.Empty(Problems(text, Values));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("${role}", "app")]
    [InlineData("${missing", "${missing")]
    [InlineData("$", "$")]
    [InlineData("$${role}", "${role}")]
    [InlineData("$${red}$$", "$${red}$$")]
    [InlineData("$tag$${role}", "$tag$app")]
    [InlineData("$$$${role}$", "$$${role}$")]
    public void A_placeholder_can_extend_over_two_pieces_of_the_file(string placeholder, string resolved)
    {
        for (var length = Utf8Source.PieceSize - 10; length <= Utf8Source.PieceSize; length++)
        {
            var before = new string('a', length);

            // The dollar before the space is not part of a tag.
            before += " ";
            Assert.Equal($"{before}{resolved} b", ResolvedText.Read(Script($"{before}{placeholder} b"), Values));
            Assert.Equal($"{before}{resolved}", ResolvedText.Read(Script($"{before}{placeholder}"), Values));
        }
    }

    [Fact(Timeout = 10_000)]
    public void A_placeholder_without_a_value_is_reported_with_its_position()
    {
        Assert.Equal(
            [("V1__x.sql:2:20", "missing"), ("V1__x.sql:2:34", "other")],
            Problems("SELECT 1;\nSELECT '${role}', '${missing}', '${other}';", Values).Select(p => (p.Location!, p.Message.Split("${")[1].Split('}')[0])));
    }

    [Fact(Timeout = 10_000)]
    public void A_placeholder_without_a_value_is_reported_with_the_way_to_write_it_as_text()
    {
        var problem = Assert.Single(Problems("SELECT $$${missing}$$", Values));

        Assert.Equal(("1:10", "the placeholder ${missing} has no value"), (problem.Position.ToString(), problem.Message));
        Assert.Contains("--placeholder missing=…", problem.Advice, StringComparison.Ordinal);
        Assert.Contains("write $${missing}, or write the line '-- migrate: no-placeholders'", problem.Advice, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void With_placeholders_disabled_the_text_is_not_changed()
    {
        Assert.Equal("${missing}", ResolvedText.Read(Script("${missing}"), placeholders: null));
        Assert.Empty(Problems("${missing}", null));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("${role}\nERROR", "2:1")]
    [InlineData("${long-name.x_1} ${role} ERROR", "1:26")]
    [InlineData("a ERROR ${role}", "1:3")]
    [InlineData("'$${role}' ERROR $${role}", "1:12")]
    [InlineData("$${role}ERROR", "1:9")]
    [InlineData("-- migrate: no-placeholders\nSELECT '${role}' ERROR", "2:18")]
    [InlineData("${multiline}\n  ERROR", "2:3")]
    [InlineData("${empty}${empty}ERROR", "1:17")]
    [InlineData("😀 ${role} ERROR", "1:11")]
    [InlineData("SELECT 1,\n ${role} ${error}", "2:10")]
    [InlineData("${error} ${role}", "1:1")]
    public void An_offset_in_the_resolved_text_is_converted_to_the_position_in_the_file(string text, string position)
    {
        using var reader = new ScriptReader(Script(text), Values);
        var statement = reader.Read()!;

        Assert.Equal(position, statement.PositionAt(statement.Text.IndexOf("ERROR", StringComparison.Ordinal)).ToString());
    }

    private static PlaceholderValues Values => PlaceholderValues.Of(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["role"] = "app",
        ["long-name.x_1"] = "a value that is longer than its placeholder",
        ["multiline"] = "one\ntwo\nthree",
        ["empty"] = "",
        ["nested"] = "${role}",
        ["error"] = "an ERROR",
    })!;

    private static Script Script(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return Migrator.Scripts.Script.FromContent(name, "/V1__x.sql", Encoding.UTF8.GetBytes(text));
    }

    private static IReadOnlyList<Problem> Problems(string text, PlaceholderValues? values)
    {
        using var all = new ScriptText(Script(text), values);
        while (all.TryRead(out _))
        {
        }

        return all.Problems;
    }
}
