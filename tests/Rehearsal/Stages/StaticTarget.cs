using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Reads the target of a stage from <c>manifestName</c> and <c>location</c>.</summary>
internal static class StaticTarget
{
    /// <exception cref="RehearsalException">The stage selects its target in a different mode.</exception>
    public static ObjectName Of(StageExecution stage) =>
        stage.Context.Text("mode") is null or "static"
            ? ObjectName.Parse(stage.Context.Text("manifestName"), stage.Context.Text("location"))
            : throw new RehearsalException($"The rehearsal does not support targets of mode {stage.Context.Text("mode")}. Use mode static and name the object.");
}
