using System.Text.Json.Nodes;
using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Finds expressions that cannot be evaluated. Spinnaker leaves such an expression unchanged and continues. If it cannot
/// evaluate the condition of a stage, it skips the stage.
/// </summary>
internal static class ExpressionCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        pipeline.Stages.SelectMany(s => Of(s, pipeline).Select(p => $"Stage {s}: {p}"));

    private static IEnumerable<string> Of(StageConfig stage, Pipeline pipeline)
    {
        // With skipExpressionEvaluation, Spinnaker does not evaluate the stage's manifests.
        var texts = stage.Json.IsTrue("skipExpressionEvaluation")
            ? stage.Json.Where(e => e.Key is not ("manifests" or "manifest")).SelectMany(e => Texts(e.Value))
            : Texts(stage.Json);
        string?[] conditions =
        [
            stage.Json.Text("stageEnabled", "expression"),
            .. stage.Json.Maps("preconditions").Where(p => p.Text("type") == "expression").Select(p => p.Text("context", "expression")),
        ];
        return texts.Select(t => Try(t, () => TextTemplate.Expressions(t).Select(e => Problem(e, stage, pipeline))))
            .Concat(conditions.OfType<string>().Select(e => Try(e, () => [Problem(e, stage, pipeline)])))
            .OfType<string>();
    }

    private static string? Try(string text, Func<IEnumerable<string?>> problems)
    {
        try
        {
            return problems().FirstOrDefault(p => p is not null) is { } problem ? $"'{text}' {problem}" : null;
        }
        catch (ExpressionException problem)
        {
            return $"'{text}' cannot be evaluated: {problem.Message}";
        }
    }

    private static string? Problem(string expression, StageConfig stage, Pipeline pipeline)
    {
        var references = Expression.References(expression);
        var parameters = pipeline.Parameters.Select(p => p.Text("name") ?? "").ToList();
        if (references.Parameters.FirstOrDefault(p => !parameters.Contains(p)) is { } unknown)
        {
            return $"refers to the parameter {unknown}, which the pipeline does not define{Spelling.Hint(unknown, parameters)}";
        }

        var graph = new StageGraph(pipeline);
        foreach (var name in references.Stages)
        {
            if (pipeline.Stages.FirstOrDefault(s => s.Name == name) is not { } other)
            {
                return $"refers to the stage '{name}', which does not exist{Spelling.Hint(name, pipeline.Stages.Select(s => s.Name))}";
            }

            if (!graph.DependsOn(stage, other))
            {
                return $"refers to stage {other}, which may not have run yet. Add {other.RefId} to requisiteStageRefIds.";
            }
        }

        return null;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(e => Texts(e.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
