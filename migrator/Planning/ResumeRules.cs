using System.Globalization;
using Migrator.Database;
using Migrator.History;

namespace Migrator.Planning;

/// <summary>Whether a script that is half applied can be resumed: what already ran must not have changed since, the rest may.</summary>
internal static class ResumeRules
{
    /// <summary>What keeps a script from being resumed.</summary>
    /// <param name="script">The script.</param>
    /// <param name="recorded">How far earlier runs got in it. A script that runs in a transaction has no steps, and nothing is recorded of it.</param>
    public static IEnumerable<Problem> Check(CheckedScript script, IEnumerable<StepRecord> recorded)
    {
        foreach (StepRecord one in script.Script.IsTransactionOff ? recorded : [])
        {
            ScriptStep? step = one.Step >= 1 && one.Step <= script.Steps.Count ? script.Steps[one.Step - 1] : null;
            if (step?.Checksum == one.Checksum)
            {
                continue;
            }

            yield return new Problem("half-applied-changed", string.Create(CultureInfo.InvariantCulture, $"an earlier run stopped in this script, and its statement {one.Step}, which already ran, was changed since"))
            {
                Script = script.Script.FileName,
                Position = step?.Position,
                Advice = "Put that statement back as it was; statements behind the ones that ran may be mended.",
            };
        }
    }

    /// <summary>The catalog cannot tell whether a step happened.</summary>
    public static Problem Undecidable(CheckedScript script, ScriptStep step, ProgressTable progress)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"script = {Quote.Literal(ProgressTable.KeyOf(script.Script))} AND step = {step.Number}");
        return new Problem("undecidable-step", "an earlier run was interrupted in this statement, and the catalog cannot tell whether it happened")
        {
            Script = script.Script.FileName,
            Position = step.Position,
            Advice = "Look whether it did. "
                + $"If so: UPDATE {progress.Name} SET state = 'done' WHERE {where}. "
                + $"If not: DELETE FROM {progress.Name} WHERE {where}. Then run again.",
        };
    }
}
