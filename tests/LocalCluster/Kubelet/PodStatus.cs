using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Writes a pod's status from the states of its containers.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ and pkg/kubelet/kubelet_pods.go, getPhase.</remarks>
internal sealed class PodStatus(Registry registry, ObjectKey key, string uid, string address, DateTimeOffset startTime)
{
    private static readonly WriteContext s_context = new("kubelet") { Subresource = "status" };

    private readonly Lock _lock = new();

    public void Write(PodRunner runner)
    {
        lock (_lock)
        {
            try
            {
                // After a forced deletion, a new pod with the same name can exist before the old containers have ended.
                registry.Update(key, pod => pod.Text("metadata", "uid") == uid ? Fill(pod, runner) : pod, s_context);
            }
            catch (ApiException refusal) when (refusal.Code == 404)
            {
                // The pod was deleted by force.
            }
        }
    }

    private JsonObject Fill(JsonObject pod, PodRunner runner)
    {
        var status = pod.Ensure("status");
        var phase = PhaseOf(pod, runner);
        status["observedGeneration"] = pod.Whole("metadata", "generation");
        status["phase"] = phase;
        status["startTime"] = Json.Write(startTime);
        status["hostIP"] = "127.0.0.1";
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" });
        status["podIP"] = address;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        if (runner.Init.Count > 0)
        {
            status["initContainerStatuses"] = Json.Array(runner.Init.Select(c => StatusOf(c, isInit: true)));
        }

        status["containerStatuses"] = Json.Array(runner.Main.Select(c => StatusOf(c, isInit: false)));
        if (runner.Failure is { } failure)
        {
            status["reason"] = failure.Reason;
            status["message"] = failure.Message;
        }

        SetConditions(status, runner, phase);
        return pod;
    }

    private void SetConditions(JsonObject status, PodRunner runner, string phase)
    {
        var now = registry.Now;
        var isInitialized = runner.Init.All(IsInitialized);
        var pending = string.Join(' ', runner.Init.Where(c => !IsInitialized(c)).Select(c => c.Name));
        var isFinished = phase is "Succeeded" or "Failed";
        // A succeeded pod counts as initialized. A failed pod keeps its conditions.
        Conditions.Set(status, "PodReadyToStartContainers", !isFinished, null, null, now);
        if (isInitialized)
        {
            Conditions.Set(status, "Initialized", true, phase == "Succeeded" ? "PodCompleted" : null, null, now);
        }
        else
        {
            Conditions.Set(
                status,
                "Initialized",
                false,
                "ContainersNotInitialized",
                $"containers with incomplete status: [{pending}]",
                now);
        }

        var unready = string.Join(' ', runner.Main.Where(c => !c.IsReady).Select(c => c.Name));
        var isReady = unready.Length == 0 && !isFinished && isInitialized;
        var (reason, message) = (isReady, phase) switch
        {
            (true, _) => (null, null),
            (_, "Succeeded") => ("PodCompleted", null),
            (_, "Failed") => ("PodFailed", null),
            _ => ((string?)"ContainersNotReady", (string?)$"containers with unready status: [{unready}]"),
        };
        Conditions.Set(status, "Ready", isReady, reason, message, now);
        Conditions.Set(status, "ContainersReady", isReady, reason, message, now);
    }

    private static bool IsInitialized(ContainerRunner container) => container.ExitCode == 0 || container.IsStarted;

    private static string PhaseOf(JsonObject pod, PodRunner runner)
    {
        var main = runner.Main;
        if (runner.IsOver)
        {
            return runner.Failure is null && main.All(c => c.ExitCode == 0) ? "Succeeded" : "Failed";
        }

        var policy = pod.Text("spec", "restartPolicy");
        var hasStarted = main.All(c => c.State is not ContainerState.Waiting || c.LastState is not null);
        return hasStarted || (policy != "Never" && main.Any(c => c.LastState is not null)) ? "Running" : "Pending";
    }

    private static JsonObject StatusOf(ContainerRunner container, bool isInit)
    {
        var hasRun = container.State is not ContainerState.Waiting || container.LastState is not null;
        var status = new JsonObject
        {
            ["name"] = container.Name,
            ["state"] = container.State.ToJson(),
            ["lastState"] = container.LastState?.ToJson() ?? [],
            // An init container is ready after it has exited with 0.
            ["ready"] = container.IsReady || (isInit && container.ExitCode == 0),
            ["restartCount"] = container.RestartCount,
            ["image"] = container.Image,
            ["imageID"] = hasRun ? $"local/{container.Image}" : "",
            ["started"] = container.IsStarted,
        };
        if (container.Log is not null)
        {
            status["containerID"] = $"local://{container.Name}-{container.RestartCount}";
        }

        return status;
    }
}
