using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate up</c>.</summary>
internal sealed class UpResult : ChangeResult
{
    /// <summary>How the last contract phase has failed, if its script is still pending; null if it has not failed.</summary>
    public string? ContractFailure { get; set; }

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode != ExitCode.Done)
        {
            if (Applied.Count > 0)
            {
                console.Message($"Applied before the failure: {TextStyle.Count(Applied.Count, "migration")}; {CurrentVersion}.");
            }
        }
        else if (Applied.Count == 0)
        {
            console.Answer($"Nothing to do: {CurrentVersion}.");
        }
        else
        {
            string applied = TextStyle.Count(Applied.Count, "migration");
            console.Answer($"Done: {applied} applied in {TextStyle.Time(Elapsed)}; {CurrentVersion}.");
        }

        if (ExitCode == ExitCode.Done && Plan is not null && Plan.Scripts.Where(s => s is { State: ScriptState.OtherPhase, Phase: ScriptPhase.Contract }).Select(s => s.FileName).ToArray() is { Length: > 0 } contract)
        {
            console.Answer($"Contract scripts stay pending: {string.Join(", ", contract)}{(ContractFailure is null ? "" : $" ({ContractFailure})")}");
        }
    }
}
