using System.Text;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ScriptReaderTests
{
    [Fact(Timeout = 30_000)]
    public void A_script_with_many_placeholders_after_a_long_statement_takes_time_in_proportion_to_its_length()
    {
        // The long statement makes the reader look far ahead. Quadratic work would take minutes.
        var text = new StringBuilder().Append("SELECT '").Append('a', 2_500_000).Append("';\n");
        for (var i = 0; i < 150_000; i++)
        {
            text.Append("SELECT '${a}' FROM ${a};\n");
        }

        using var reader = new ScriptReader(Script(text.ToString()), PlaceholderValues.Of(new Dictionary<string, string> { ["a"] = "app" }));
        var statements = 0;
        SourcePosition last = default;
        while (reader.Read() is { } statement)
        {
            statements++;
            last = statement.PositionAt(statement.Text.IndexOf("FROM", StringComparison.Ordinal));
        }

        Assert.Equal(150_001, statements);
        Assert.Equal("150001:15", last.ToString());
    }

    private static Script Script(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return Migrator.Scripts.Script.OfContent(name, "/V1__x.sql", Encoding.UTF8.GetBytes(text));
    }
}
