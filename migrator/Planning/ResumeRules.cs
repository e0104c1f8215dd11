using System.Globalization;
using Migrator.Database;
using Migrator.History;
using Npgsql;

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

    /// <summary>Creates the problem for a script that cannot be resumed, because the state of its session after a step is not known or cannot be restored.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The last step that is completed.</param>
    /// <param name="cause">The server's error; null if the state was not recorded.</param>
    public static Problem UnknownSession(CheckedScript script, ScriptStep step, PostgresException? cause)
        => new("unknown-session", $"the settings and the role of the session after this statement cannot be restored: {(cause is null ? "the server stopped before they were recorded" : ForeignText.Of(cause.MessageText))}")
        {
            Script = script.Script.FileName,
            Position = step.Position,
            SqlState = cause?.SqlState,
            Advice = cause is null
                ? "Write the settings that the next statements need, such as SET search_path, again after this statement, outside the block. Then run again."
                : "Make the setting and the role available again. Then run again.",
        };

    /// <summary>Creates the problem for a statement of a resumed script that needs an object which may have ended with the session of an earlier run.</summary>
    /// <param name="failure">The failure of the statement.</param>
    public static Problem LostObject(Problem failure) => failure with
    {
        Advice = "An earlier run was interrupted in this script. The temporary tables, prepared statements and cursors of its session do not exist any more. "
            + "If the statement needs one of them, create it in the same BEGIN … COMMIT block, and change only statements that did not run yet. Then run again.",
    };

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
                + $"If not, or if it can safely run again: DELETE FROM {progressTable.Name} WHERE {where}. Then run again.",
        };
    }
}
