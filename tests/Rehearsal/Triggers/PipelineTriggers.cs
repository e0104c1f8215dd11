using System.Text.Json.Nodes;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Triggers;

/// <summary>
/// Finds the pipeline triggers that fire when an execution ends. Source: orca's <c>DependentPipelineExecutionListener.groovy</c>.
/// </summary>
internal static class PipelineTriggers
{
    /// <summary>Returns the trigger of a pipeline that fires for an ended execution, or null.</summary>
    public static JsonObject? Find(Pipeline pipeline, PipelineExecution ended) => pipeline.Triggers.FirstOrDefault(t =>
        t.Text("type") == "pipeline"
        && t.IsTrue("enabled")
        && t.Text("pipeline") == ended.Pipeline.Id
        && t.Texts("status").Contains(TriggerStatus(ended.Status)));

    private static string TriggerStatus(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Canceled => "canceled",
        ExecutionStatus.Succeeded => "successful",
        _ => "failed",
    };
}
