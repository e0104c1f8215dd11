namespace Migrator.Tests.Linting;

/// <summary>A script, and the rules about the old version that it breaks as an expand script and as a contract script.</summary>
/// <param name="Script">The script, on the tables of <see cref="PhaseCases.Schema"/>.</param>
/// <param name="InExpand">The ids of the rules, separated by spaces; empty for none.</param>
/// <param name="InContract">The ids of the rules, separated by spaces; empty for none.</param>
public sealed record PhaseCase(string Script, string InExpand = "", string InContract = "")
{
    public override string ToString() => Script.ReplaceLineEndings(" ");
}
