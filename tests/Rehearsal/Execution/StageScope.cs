using System.Text.Json.Nodes;
using Migrator.Rehearsal.Expressions;

namespace Migrator.Rehearsal.Execution;

/// <summary>The variables and functions that a stage's expressions can use.</summary>
internal static class StageScope
{
    /// <summary>
    /// Returns the scope of a stage: its own fields, <c>trigger</c>, <c>execution</c>, <c>parameters</c>, <c>templateVariables</c>, and the
    /// outputs of the stages before it. Source: <c>ContextParameterProcessor.buildExecutionContext</c> and <c>StageContext.get</c>.
    /// </summary>
    public static Scope Of(StageExecution stage) =>
        new(name => Lookup(stage, name), (name, arguments) => Call(stage.Execution, name, arguments));

    private static object? Lookup(StageExecution stage, string name)
    {
        var execution = stage.Execution;
        JsonNode? found = name switch
        {
            "trigger" => execution.Trigger.ToJson(),
            "parameters" => execution.Trigger.ToJson()["parameters"],
            "execution" => execution.ToJson(),
            "templateVariables" => execution.Pipeline.Json["templateVariables"],
            _ when stage.Context.ContainsKey(name) => stage.Context[name],
            _ => stage.Ancestors().Skip(1).FirstOrDefault(s => s.Outputs.ContainsKey(name))?.Outputs[name],
        };
        return Values.FromJson(found);
    }

    /// <summary>
    /// Calls a function. Source: <c>StageExpressionFunctionProvider.java</c>, <c>ArtifactExpressionFunctionProvider.java</c>.
    /// </summary>
    private static object? Call(PipelineExecution execution, string name, IReadOnlyList<object?> arguments) => (name, arguments) switch
    {
        ("stage", [string stage]) => View(execution, stage)
            ?? throw new ExpressionException($"Unable to locate [{stage}] using #stage({stage}) in execution {execution.Number}"),
        ("stageExists", [string stage]) => View(execution, stage) is not null,
        ("judgment" or "judgement", [string stage]) => View(execution, stage) is { } found
            ? Members.Property(found["context"], "judgmentInput")
            : throw new ExpressionException($"Unable to locate manual Judgment stage [{stage}]"),
        ("triggerResolvedArtifact", [string artifact]) => Resolved(execution, artifact, a => a.Name == artifact),
        ("triggerResolvedArtifactByType", [string type]) => Resolved(execution, type, a => a.Type == type),
        ("toBoolean", [var value]) => string.Equals(Values.Print(value), "true", StringComparison.OrdinalIgnoreCase),
        ("toInt", [var value]) when long.TryParse(Values.Print(value), out var number) => number,
        _ => throw new ExpressionException($"The rehearsal does not support the function #{name} with {arguments.Count} arguments."),
    };

    private static object? Resolved(PipelineExecution execution, string wanted, Func<Artifacts.Artifact, bool> matches) =>
        execution.Trigger.ResolvedArtifacts.FirstOrDefault(a => a.Bound is not null && matches(a.Bound)) is { } found
            ? Values.FromJson(found.Bound!.ToJson())
            : throw new ExpressionException($"Unable to locate resolved artifact {wanted} in trigger execution {execution.Number}.");

    private static Dictionary<string, object?>? View(PipelineExecution execution, string name) =>
        execution.Stages.FirstOrDefault(s => s.Config.Name == name) is { } stage
            ? new Dictionary<string, object?>
            {
                ["refId"] = stage.Config.RefId,
                ["name"] = stage.Config.Name,
                ["type"] = stage.Config.Type,
                ["status"] = new StatusValue(stage.Status.ToSpinnakerName()),
                ["context"] = Values.FromJson(stage.Context),
                ["outputs"] = Values.FromJson(stage.Outputs),
                ["hasSucceeded"] = stage.Status == ExecutionStatus.Succeeded,
                ["hasFailed"] = stage.Status == ExecutionStatus.Terminal,
            }
            : null;
}
