using Migrator.Scripts;
using Migrator.Scripts.Sql;

namespace Migrator.Reporting;

/// <summary>Keeps what happened for the <see cref="RunResult"/>, and tells people about it while it happens.</summary>
internal sealed class RunReport(ConsoleOutput console, bool isText) : IRunReport
{
    private readonly List<AppliedScript> _applied = [];
    private readonly List<Problem> _warnings = [];

    public IReadOnlyList<AppliedScript> AppliedScripts => _applied;

    public IReadOnlyList<Problem> SeenWarnings => _warnings;

    public void Waiting(string message) => console.Message(message);

    public void Warning(Problem warning)
    {
        _warnings.Add(warning);
        foreach (string line in ProblemText.Block("warning", warning))
        {
            console.Message(line);
        }
    }

    /// <summary>Several of them.</summary>
    public void Warnings(IEnumerable<Problem> some)
    {
        foreach (Problem warning in some)
        {
            Warning(warning);
        }
    }

    public void Notice(Script script, SourcePosition position, string severity, string message)
        => console.Message($"{script.FileName}:{position}: {severity}: {message}");

    public void Applying(Script script)
    {
    }

    public void Applied(AppliedScript one)
    {
        _applied.Add(one);
        if (isText)
        {
            console.Answer($"applied {one.Script.FileName} in {TextStyle.Time(one.Elapsed)}");
        }
    }
}
