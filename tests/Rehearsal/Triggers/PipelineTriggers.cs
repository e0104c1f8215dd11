using System.Text.Json.Nodes;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Triggers;

/// <summary>
/// Which pipelines the end of another starts. Source: orca's <c>DependentPipelineExecutionListener.groovy</c>.
/// </summary>
internal static class PipelineTriggers
{
    /// <summary>The trigger of a pipeline that the end of an execution starts, or null.</summary>
    public static JsonObject? Find(Pipeline pipeline, PipelineExecution ended) => pipeline.Triggers.FirstOrDefault(t =>
        t.Text("type") == "pipeline"
        && t.IsTrue("enabled")
        && t.Text("pipeline") == ended.Pipeline.Id
        && t.Texts("status").Contains(Spelled(ended.Status)));

    private static string Spelled(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Canceled => "canceled",
        ExecutionStatus.Succeeded => "successful",
        _ => "failed",
    };
}
