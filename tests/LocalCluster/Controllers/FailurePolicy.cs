using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Evaluates a Job's podFailurePolicy for a failed pod.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy</remarks>
internal static class FailurePolicy
{
    /// <summary>
    /// Returns the action of the first matching rule (Count if none matches), and the message for FailJob.
    /// </summary>
    public static (string Action, string? Message) Evaluate(JsonObject job, JsonObject pod)
    {
        var index = 0;
        foreach (var rule in job.Items("spec", "podFailurePolicy", "rules"))
        {
            var action = rule.Text("action") ?? "Count";
            var why = rule["onExitCodes"] is JsonObject codes
                ? MatchCodes(codes, pod, action, index)
                : MatchConditions(rule, pod, action, index);
            if (why is not null)
            {
                return (action, why);
            }

            index++;
        }

        return ("Count", null);
    }

    private static string? MatchCodes(JsonObject codes, JsonObject pod, string action, int index)
    {
        var only = codes.Text("containerName");
        var values = (codes["values"] as JsonArray ?? []).Select(v => v.Whole()).ToHashSet();
        foreach (var container in pod.Items("status", "containerStatuses").Concat(
            pod.Items("status", "initContainerStatuses")))
        {
            if ((only is null || container.Text("name") == only)
                && container.Whole("state", "terminated", "exitCode") is { } code and not 0
                && values.Contains(code) == (codes.Text("operator") == "In"))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Container {container.Text("name")} for pod {Name(pod)} failed with exit code {code} matching {action} rule at index {index}");
            }
        }

        return null;
    }

    private static string? MatchConditions(JsonObject rule, JsonObject pod, string action, int index)
    {
        foreach (var pattern in rule.Items("onPodConditions"))
        {
            var type = pattern.Text("type");
            if (pod.Items("status", "conditions").Any(c =>
                c.Text("type") == type && c.Text("status") == (pattern.Text("status") ?? "True")))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Pod {Name(pod)} has condition {type} matching {action} rule at index {index}");
            }
        }

        return null;
    }

    private static string Name(JsonObject pod) => $"{pod.Text("metadata", "namespace")}/{pod.Text("metadata", "name")}";
}
