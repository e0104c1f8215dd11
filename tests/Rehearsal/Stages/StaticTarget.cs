using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>The object that a stage names by <c>manifestName</c> and <c>location</c>.</summary>
internal static class StaticTarget
{
    /// <exception cref="RehearsalException">The stage looks for it in another way.</exception>
    public static ObjectName Of(StageExecution stage) =>
        stage.Context.Text("mode") is null or "static"
            ? ObjectName.Parse(stage.Context.Text("manifestName"), stage.Context.Text("location"))
            : throw new RehearsalException($"Targets of mode {stage.Context.Text("mode")} are not rehearsed: name the object (mode static).");
}
