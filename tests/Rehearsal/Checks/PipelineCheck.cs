using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Reads a pipeline for mistakes that Spinnaker would save without a word and show only when it runs, or never.
/// <c>spin pipeline save</c> looks at name and application alone (spin's <c>cmd/pipeline/save.go</c>).
/// </summary>
public static class PipelineCheck
{
    /// <summary>A sentence for each mistake; none when there is none.</summary>
    public static IReadOnlyList<string> Problems(Pipeline pipeline)
    {
        string[] fields = [.. FieldCheck.Problems(pipeline), .. InnerFieldCheck.Problems(pipeline)];
        string[] graph = [.. GraphCheck.Problems(pipeline)];
        // The others take the graph as it is.
        return graph.Length > 0
            ? [.. fields, .. graph]
            :
            [
                .. fields,
                .. TriggerCheck.Problems(pipeline),
                .. ArtifactCheck.Problems(pipeline),
                .. BakeCheck.Problems(pipeline),
                .. OrderCheck.Problems(pipeline),
                .. ExpressionCheck.Problems(pipeline),
            ];
    }
}
