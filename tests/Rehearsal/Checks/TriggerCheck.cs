using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds triggers that never fire. Source: echo's <c>isValidTrigger</c> of the event handlers.</summary>
internal static class TriggerCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        foreach (var trigger in pipeline.Triggers)
        {
            foreach (var problem in Of(trigger, pipeline))
            {
                yield return $"The {trigger.Text("type")} trigger: {problem}";
            }
        }
    }

    private static IEnumerable<string> Of(JsonObject trigger, Pipeline pipeline)
    {
        if (trigger["enabled"] is null)
        {
            yield return "enabled is missing, so the trigger is off.";
        }

        string[] required = trigger.Text("type") switch
        {
            "cron" => ["cronExpression"],
            "docker" => ["account", "registry", "repository"],
            "pipeline" => ["application", "pipeline"],
            _ => [],
        };
        foreach (var missing in required.Where(n => string.IsNullOrEmpty(trigger.Text(n))))
        {
            yield return $"{missing} is missing, so the trigger never fires.";
        }

        // Echo logs an invalid expression and ignores the trigger (PipelineConfigsPollingJob.groovy). Quartz needs a field for seconds, and ? for one of the days.
        if (trigger.Text("cronExpression")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } fields
            && (fields.Length is not (6 or 7) || fields.Count(f => f == "?") != 1))
        {
            yield return $"cronExpression '{trigger.Text("cronExpression")}' is invalid, so the trigger never fires. Use Quartz's format with 6 or 7 fields, such as 0 0 3 ? * MON-FRI.";
        }

        if (trigger.Text("type") == "pipeline" && trigger.Texts("status") is var status
            && (status.Count == 0 || status.Any(s => s is not ("successful" or "failed" or "canceled"))))
        {
            yield return "status must contain at least one of successful, failed, canceled, and no other values.";
        }

        foreach (var id in trigger.Texts("expectedArtifactIds").Where(id => pipeline.ExpectedArtifacts.All(e => e.Id != id)))
        {
            yield return $"expectedArtifactIds contains {id}, which the pipeline does not define in expectedArtifacts{Spelling.Hint(id, pipeline.ExpectedArtifacts.Select(e => e.Id))}";
        }
    }
}
