using System.Text;
using Migrator.History.Flyway;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Migrator.Tooling.Processes;
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

    [Fact(Timeout = 30_000)]
    public void A_statement_with_many_comments_takes_time_in_proportion_to_its_length()
    {
        var text = new StringBuilder("INSERT INTO t VALUES\n");
        for (var i = 0; i < 100_000; i++)
        {
            text.Append("(1, 'some text to make the row longer'), -- a comment on a row\n");
        }

        var comments = new List<SqlComment>();
        using var reader = new ScriptReader(Script(text + "(2); -- migrate-lint: allow x"), placeholders: null, comments.Add, "migrate-lint:");
        while (reader.Read() is not null)
        {
        }

        Assert.Equal("-- migrate-lint: allow x", Assert.Single(comments).Text);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("edited")]
    [InlineData("deleted")]
    public void A_script_that_changes_after_the_run_started_is_refused_at_its_next_reading(string change)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "V1__x.sql");
        File.WriteAllText(path, "SELECT 1;");
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        var script = Migrator.Scripts.Script.FromFile(name, path);
        if (change == "edited")
        {
            File.WriteAllText(path, "SELECT 2;");
        }
        else
        {
            File.Delete(path);
        }

        Action[] readings =
        [
            () => ResolvedText.Read(script, placeholders: null),
            () => ResolvedText.Checksum(script, placeholders: null),
            () => FlywayChecksum.Of(script),
            () => new ScriptChecker(placeholders: null, []).Check(script),
        ];
        Assert.All(readings, reading =>
        {
            var failure = Assert.Throws<MigrateException>(reading);
            Assert.Equal((ExitCode.Usage, "script-changed", "V1__x.sql"), (failure.ExitCode, failure.Problems[0].Id, failure.Problems[0].Script));
        });
    }

    private static Script Script(string text)
    {
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return Migrator.Scripts.Script.FromContent(name, "/V1__x.sql", Encoding.UTF8.GetBytes(text));
    }
}
