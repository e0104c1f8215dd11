using System.Globalization;
using Migrator.Database;
using Migrator.History;

namespace Migrator.Planning;

/// <summary>
/// Checks whether a partially applied script can be resumed: the statements that already ran must be unchanged. Later
/// statements may be changed.
/// </summary>
internal static class ResumeRules
{
    /// <summary>Finds the problems that prevent a script from being resumed.</summary>
    /// <param name="script">The script.</param>
    /// <param name="recordedSteps">
    /// The recorded steps of the script. They are ignored for a script that runs in one transaction, which has no steps.
    /// </param>
    public static IEnumerable<Problem> Check(CheckedScript script, IEnumerable<StepRecord> recordedSteps)
    {
        foreach (StepRecord recorded in script.Script.IsTransactionOff ? recordedSteps : [])
        {
            ScriptStep? step = recorded.Step >= 1 && recorded.Step <= script.Steps.Count ? script.Steps[recorded.Step - 1] : null;
            if (step?.Checksum == recorded.Checksum)
            {
                continue;
            }

            yield return new Problem("applied-step-changed", string.Create(CultureInfo.InvariantCulture, $"an earlier run stopped in this script, and statement {recorded.Step}, which already ran, was changed afterwards"))
            {
                Script = script.Script.FileName,
                Position = step?.Position,
                Advice = "Restore that statement. Only statements after those that ran may be changed.",
            };
        }
    }

    /// <summary>Creates the problem for a step that was interrupted, and whose effect the system catalog does not show.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step.</param>
    /// <param name="progressTable">The progress table, for statements in the advice.</param>
    public static Problem Undecidable(CheckedScript script, ScriptStep step, ProgressTable progressTable)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"script = {Quote.Literal(ProgressTable.KeyOf(script.Script))} AND step = {step.Number}");
        return new Problem("undecidable-step", "an earlier run was interrupted in this statement, and the system catalog does not show whether it took effect")
        {
            Script = script.Script.FileName,
            Position = step.Position,
            Advice = "Check whether the statement took effect. "
                + $"If so: UPDATE {progressTable.Name} SET state = 'done' WHERE {where}. "
                + $"If not: DELETE FROM {progressTable.Name} WHERE {where}. Then run again.",
        };
    }
}
