using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>The names of the phases, in text and in JSON.</summary>
internal static class PhaseNames
{
    public static string Of(ScriptPhase phase) => phase == ScriptPhase.Contract ? "contract" : "expand";
}
