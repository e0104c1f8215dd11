using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Finds mistakes in a pipeline that Spinnaker saves silently and reports only when the pipeline runs, or never.
/// <c>spin pipeline save</c> checks only the name and the application (spin's <c>cmd/pipeline/save.go</c>).
/// </summary>
public static class PipelineCheck
{
    /// <summary>Returns one message for each mistake. The list is empty if the pipeline has none.</summary>
    public static IReadOnlyList<string> Problems(Pipeline pipeline)
    {
        string[] fields = [.. FieldCheck.Problems(pipeline), .. NestedFieldCheck.Problems(pipeline)];
        string[] graph = [.. GraphCheck.Problems(pipeline)];
        // The remaining checks need a valid graph.
        return graph.Length > 0
            ? [.. fields, .. graph]
            :
            [
                .. fields,
                .. TriggerCheck.Problems(pipeline),
                .. ArtifactCheck.Problems(pipeline),
                .. BakeCheck.Problems(pipeline),
                .. OrderCheck.Problems(pipeline),
                .. ContractCheck.Problems(pipeline),
                .. ExpressionCheck.Problems(pipeline),
            ];
    }

    /// <summary>Returns one message for each part of a pipeline that is valid, but may not do what its author wants.</summary>
    public static IReadOnlyList<string> Warnings(Pipeline pipeline) => [.. BindingCheck.Warnings(pipeline), .. ContractCheck.Warnings(pipeline)];

    /// <summary>Returns one message for each combination of pipelines that may not do what their author wants. Triggers must refer to <see cref="Pipeline.Id"/>.</summary>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<Pipeline> pipelines) => [.. ContractCheck.Warnings(pipelines)];
}
