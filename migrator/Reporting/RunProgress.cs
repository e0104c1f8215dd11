using Migrator.Linting;
using Migrator.Reporting.Results;

namespace Migrator.Reporting;

/// <summary>Prints progress messages while a command runs, and adds the warnings to the result of the command.</summary>
/// <param name="console">The console.</param>
/// <param name="isText">
/// Whether the output format is text. Other formats are written as a whole at the end.
/// </param>
/// <param name="result">The command's result.</param>
internal class RunProgress(ConsoleOutput console, bool isText, CommandResult result) : IProgress
{
    /// <summary>The console.</summary>
    protected ConsoleOutput Output => console;

    /// <summary>Whether the output format is text.</summary>
    protected bool IsText => isText;

    public void Waiting(string message) => console.Message(message);

    public void Info(string message) => console.Message(message);

    public void Warning(Problem warning)
    {
        result.Add(warning);
        foreach (string line in ProblemText.Block("warning", warning, console.MessageColors.Yellow))
        {
            console.Message(line);
        }
    }

    /// <summary>Reports several problems that do not stop the run.</summary>
    public void Warnings(IEnumerable<Problem> warnings)
    {
        foreach (Problem warning in warnings)
        {
            Warning(warning);
        }
    }

    /// <summary>Creates the progress of a run that is a part of the command. Only its warnings are printed.</summary>
    public RunProgress OfPart() => new(console, isText: false, result);

    /// <summary>Creates the progress for the scripts of a command.</summary>
    /// <param name="change">The command's result.</param>
    /// <param name="findings">See <see cref="ScriptProgress"/>.</param>
    public ScriptProgress ForScripts(ChangeResult change, Func<IReadOnlyList<Finding>> findings)
        => new(console, isText, change, findings);
}
