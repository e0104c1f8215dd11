using Migrator.Execution;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>Keeps what happened for the <see cref="RunResult"/>, and tells people about it while it happens.</summary>
internal sealed class RunProgress(ConsoleOutput console, bool isText) : IExecutionProgress
{
    // A log that says nothing for minutes looks like a hang.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly List<AppliedScript> _applied = [];
    private readonly List<UndoneScript> _undone = [];
    private readonly List<Problem> _warnings = [];

    private TimeSpan _nextHeartbeat = Heartbeat;

    /// <summary>What <c>lint</c> says of the scripts that are applied; asked only when one of them made others wait.</summary>
    public Func<IReadOnlyList<Finding>> Findings { get; set; } = () => [];

    public IReadOnlyList<AppliedScript> AppliedScripts => _applied;

    public IReadOnlyList<UndoneScript> UndoneScripts => _undone;

    public IReadOnlyList<Problem> SeenWarnings => _warnings;

    public void Waiting(string message) => console.Message(message);

    public void Info(string message) => console.Message(message);

    public void Warning(Problem warning)
    {
        _warnings.Add(warning);
        foreach (string line in ProblemText.Block("warning", warning, console.MessageColors.Yellow))
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
        => console.Message($"{script.FileName}:{position}: {console.MessageColors.Yellow(severity)}: {message}");

    public void Starting(Script script) => _nextHeartbeat = Heartbeat;

    public void Running(string what, TimeSpan elapsed, string? progress)
    {
        string line = $"{what} is running, {TextStyle.Time(elapsed)}{(progress is null ? "" : $" ({progress})")}";
        if (console.HasProgressLine)
        {
            console.Progress(console.MessageColors.Dim(line));
        }
        else if (elapsed >= _nextHeartbeat)
        {
            _nextHeartbeat = elapsed + Heartbeat;
            console.Message(line);
        }
    }

    public void Applied(AppliedScript one)
    {
        // To find the rules, all that is pending has to be read: not where nobody sees them.
        _applied.Add(isText ? one : one with { Observed = [.. one.Observed.Select(o => o with { Rules = ObservedText.RulesOf(o, one.Script, Findings) })] });
        if (isText)
        {
            console.Answer($"{console.AnswerColors.Green("applied")} {one.Script.FileName} in {TextStyle.Time(one.Elapsed)}{ObservedText.Short(one.Observed)}");
        }

        Warnings(ObservedText.Warnings(one, Findings));
    }

    /// <summary>Shows what is about to be undone.</summary>
    public void Undoing(UndoPlan plan)
    {
        if (isText && plan.Undos.Count > 0)
        {
            console.Answer($"undoing {string.Join(", ", plan.Undos.Select(u => $"{u.Entry.Version}{(u.IsStored ? " (script kept in the database)" : "")}"))}");
        }
    }

    public void Undone(UndoneScript one)
    {
        _undone.Add(one);
        if (isText)
        {
            console.Answer($"{console.AnswerColors.Green("undone")} version {one.Undo.Entry.Version} with {one.Undo.Script.FileName} in {TextStyle.Time(one.Elapsed)}");
        }
    }
}
