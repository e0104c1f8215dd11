using System.Globalization;
using Migrator.Execution;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>Prints progress messages while scripts run, and adds applied and undone scripts to the result of the command.</summary>
/// <param name="console">The console.</param>
/// <param name="isText">Whether the output format is text.</param>
/// <param name="result">The command's result.</param>
/// <param name="findings">
/// Returns the lint findings of the scripts that are applied. Invoked only if the output contains rule ids, because it reads
/// all pending scripts.
/// </param>
internal sealed class ScriptProgress(
    ConsoleOutput console, bool isText, ChangeResult result, Func<IReadOnlyList<Finding>> findings)
    : RunProgress(console, isText, result), IExecutionProgress
{
    // A log without new lines for minutes looks as if the run hangs.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    // A loop in a script can raise millions of notices.
    private const int MaxNotices = 1000;

    private readonly ChangeResult _result = result;
    private TimeSpan _nextHeartbeat = Heartbeat;
    private Script? _noticed;
    private long _notices;

    public void Notice(Script script, SourcePosition position, string severity, string message)
    {
        if (script != _noticed)
        {
            ReportNotices();
            _noticed = script;
        }

        if (++_notices <= MaxNotices)
        {
            Output.Message($"{script.FileName}:{position}: {Output.MessageColors.Yellow(severity)}: {ForeignText.Of(message.Replace("\n", "\n    ", StringComparison.Ordinal))}");
        }
    }

    public void Starting(Script script) => _nextHeartbeat = Heartbeat;

    public void Ended() => ReportNotices();

    public void Running(string name, TimeSpan elapsed, string? serverProgress)
    {
        string line = $"{name} is running, {TextStyle.Time(elapsed)}{(serverProgress is null ? "" : $" ({serverProgress})")}";
        if (Output.HasProgressLine)
        {
            Output.Progress(Output.MessageColors.Dim(line));
        }
        else if (elapsed >= _nextHeartbeat)
        {
            _nextHeartbeat = elapsed + Heartbeat;
            Output.Message(line);
        }
    }

    public void Committing(CommittingStatement? statement) => _result.Committing = statement;

    public void Applied(AppliedScript applied)
    {
        // Only the JSON document contains the rules for each observed lock.
        _result.Add(IsText ? applied : applied with
        {
            Observed = [.. applied.Observed.Select(o => o with { Rules = ObservedText.RulesOf(o, applied.Script, findings) })],
        });
        if (IsText)
        {
            string took = $"in {TextStyle.Time(applied.Elapsed)}{ObservedText.Short(applied.Observed)}";
            Output.Answer($"{Output.AnswerColors.Green("applied")} {applied.Script.FileName} {took}");
        }

        Warnings(ObservedText.Warnings(applied, findings));
    }

    /// <summary>Prints the versions that will be undone.</summary>
    public void Undoing(UndoPlan plan)
    {
        if (IsText && plan.Undos.Count > 0)
        {
            IEnumerable<string> versions =
                plan.Undos.Select(u => $"{u.Entry.Version}{(u.IsStored ? " (script stored in the database)" : "")}");
            Output.Answer($"undoing {string.Join(", ", versions)}");
        }
    }

    public void Undone(UndoneScript undone)
    {
        _result.Add(undone);
        if (IsText)
        {
            string how = $"with {undone.Undo.Script.FileName} in {TextStyle.Time(undone.Elapsed)}";
            Output.Answer($"{Output.AnswerColors.Green("undone")} version {undone.Undo.Entry.Version} {how}");
        }
    }

    private void ReportNotices()
    {
        if (_notices > MaxNotices)
        {
            Output.Message(string.Create(CultureInfo.InvariantCulture, $"{_noticed}: {_notices - MaxNotices:N0} more messages of the server are not shown"));
        }

        (_noticed, _notices) = (null, 0);
    }
}
