using Migrator.Configuration;
using Migrator.Reporting;
using Migrator.Reporting.Results;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Reporting;

/// <summary>The progress output for a long script.</summary>
public sealed class ScriptProgressTests : IDisposable
{
    private readonly StringWriter _answers = new();
    private readonly StringWriter _messages = new();

    [Fact]
    public void Without_a_terminal_a_long_script_writes_one_line_every_ten_seconds()
    {
        var progress = Progress(isTerminal: false);
        progress.Starting(Script("V1__slow.sql"));
        for (var second = 1; second <= 25; second++)
        {
            progress.Running("V1__slow.sql", TimeSpan.FromSeconds(second), null);
        }

        Assert.Equal("V1__slow.sql is running, 10.0 s\nV1__slow.sql is running, 20.0 s\n", _messages.ToString());
        Assert.Equal("", _answers.ToString());
    }

    [Fact]
    public void The_first_line_of_each_script_comes_after_ten_seconds()
    {
        var progress = Progress(isTerminal: false);
        progress.Starting(Script("V1__a.sql"));
        progress.Running("V1__a.sql", TimeSpan.FromSeconds(19), null);
        progress.Starting(Script("V2__b.sql"));
        progress.Running("V2__b.sql", TimeSpan.FromSeconds(9), null);
        progress.Running("V2__b.sql", TimeSpan.FromSeconds(10), "copying, 5 rows");

        Assert.Equal("V1__a.sql is running, 19.0 s\nV2__b.sql is running, 10.0 s (copying, 5 rows)\n", _messages.ToString());
    }

    public void Dispose()
    {
        _answers.Dispose();
        _messages.Dispose();
    }

    private static Script Script(string fileName)
    {
        Assert.True(ScriptName.TryParse(fileName, out var name, out _));
        return Migrator.Scripts.Script.FromContent(name, fileName, []);
    }

    private ScriptProgress Progress(bool isTerminal)
    {
        var colors = new ConsoleColors(isTerminal);
        var console = new ConsoleOutput(_answers, _messages, new Redactor(), colors, colors);
        return new ScriptProgress(console, isText: true, new UpResult(), () => []);
    }
}
