using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>Returns a pod's state as shown in the column STATUS of <c>kubectl get pods</c>.</summary>
internal static class PodSummary
{
    public static string Of(JsonObject pod)
    {
        var reason = pod.Text("status", "reason") ?? pod.Text("status", "phase") ?? "Unknown";
        var index = 0;
        var total = pod.Items("spec", "initContainers").Count();
        var sidecars = pod.Items("spec", "initContainers")
            .Where(c => c.Text("restartPolicy") == "Always")
            .Select(c => c.Text("name"))
            .ToHashSet();
        foreach (var init in pod.Items("status", "initContainerStatuses"))
        {
            var isDone = init.Whole("state", "terminated", "exitCode") == 0 || (init.Flag("started") == true && sidecars.Contains(init.Text("name")));
            if (!isDone)
            {
                var why = Reason(init);
                return Finish(pod, why is null or "PodInitializing"
                    ? string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{total}")
                    : $"Init:{why}");
            }

            index++;
        }

        foreach (var container in pod.Items("status", "containerStatuses").Reverse())
        {
            reason = Reason(container) ?? reason;
        }

        return Finish(pod, reason);
    }

    private static string? Reason(JsonObject container)
    {
        if (container.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
        {
            return waiting;
        }

        if (container.Object("state", "terminated") is not { } terminated)
        {
            return null;
        }

        return terminated.Text("reason") is { Length: > 0 } reason
            ? reason
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated.Whole("exitCode")}");
    }

    private static string Finish(JsonObject pod, string reason) =>
        pod.Text("metadata", "deletionTimestamp") is not null && pod.Text("status", "phase") is "Pending" or "Running"
            ? "Terminating"
            : reason;
}
