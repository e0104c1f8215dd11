using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Planning;

/// <summary>Steps of a script that runs outside a transaction, read while they run.</summary>
public sealed class StepReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Steps_are_read_in_order_and_a_block_without_its_begin_and_commit()
    {
        var script = Check("SET a = 1;\nBEGIN;\nSELECT 2;\nSELECT 3;\nCOMMIT;\nSELECT 4;");
        using var reader = new StepReader(script);

        Assert.Equal(["SET a = 1", "SET a = 1"], Read(reader, script.Steps[0]));
        Assert.Equal(["BEGIN", "SELECT 2", "SELECT 3"], Read(reader, script.Steps[1]));
        Assert.Equal("COMMIT", reader.End?.Text);
        Assert.Equal(["SELECT 4", "SELECT 4"], Read(reader, script.Steps[2]));
    }

    [Fact]
    public void A_block_can_be_read_again_and_steps_before_it_are_skipped()
    {
        var script = Check("SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;");
        using var reader = new StepReader(script);

        Assert.Equal(["BEGIN", "SELECT 2"], Read(reader, script.Steps[1]));
        Assert.Equal(["BEGIN", "SELECT 2"], Read(reader, script.Steps[1]));
    }

    [Fact]
    public void A_single_statement_is_retried_without_reading_the_script_again()
    {
        var script = Check("SELECT 1;\nSELECT 2;");
        using var reader = new StepReader(script);
        Read(reader, script.Steps[1]);
        File.Delete(script.Script.Path);

        Assert.Equal(["SELECT 2", "SELECT 2"], Read(reader, script.Steps[1]));
        Assert.Throws<MigrateException>(() => reader.MoveTo(script.Steps[0]));
    }

    [Theory]
    [InlineData("SELECT 9;\nBEGIN;\nSELECT 2;\nCOMMIT;", 0)]
    [InlineData("SELECT 1;\nBEGIN;\nSELECT 9;\nCOMMIT;", 1)]
    [InlineData("SELECT 1;\nBEGIN;\nSELECT 2;\nROLLBACK;", 1)]
    [InlineData("SELECT 1;", 1)]
    public void A_step_that_was_changed_since_it_was_checked_is_refused(string text, int step)
    {
        var script = Check("SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;");
        File.WriteAllText(script.Script.Path, "-- evolve-tx-off\n" + text);
        using var reader = new StepReader(script);

        Assert.Throws<MigrateException>(() => Read(reader, script.Steps[step]));
    }

    [Fact]
    public void A_step_has_the_checksum_of_its_text_and_data_whatever_the_line_ends()
    {
        // printf 'COPY t FROM stdin\n1\n2\n' | md5sum
        const string expected = "F470471D8EFF3A2D42843CCC4CF2397D";
        var unix = Check("COPY t FROM stdin;\n1\n2\n\\.\n").Steps[0].Checksum;
        var windows = Check("COPY t FROM stdin;\r\n1\r\n2\r\n\\.\r\n").Steps[0].Checksum;

        Assert.Equal((expected, expected), (unix, windows));
    }

    public void Dispose() => _folder.Dispose();

    // The first statement, and those that are sent.
    private static List<string> Read(StepReader reader, ScriptStep step)
    {
        var texts = new List<string> { reader.MoveTo(step).Text };
        while (reader.Read() is { } statement)
        {
            texts.Add(statement.Text);
        }

        reader.ThrowIfChanged();
        return texts;
    }

    private CheckedScript Check(string text)
    {
        var path = Path.Combine(_folder.Path, "V1__x.sql");
        File.WriteAllText(path, "-- evolve-tx-off\n" + text);
        Assert.True(ScriptName.TryParse("V1__x.sql", out var name, out _));
        return new ScriptChecker(placeholders: null, []).Check(Script.FromFile(name, path));
    }
}
