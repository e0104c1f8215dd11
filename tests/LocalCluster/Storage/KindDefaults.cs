using System.Text;
using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Sets defaults that depend on other fields (pkg/apis/*/v1/defaults.go and the registries' strategies in the
/// Kubernetes source).
/// </summary>
internal static class KindDefaults
{
    private static int s_serviceNumber;

    /// <summary>Sets the defaults of new objects.</summary>
    public static void FillNew(JsonObject value, ResourceKind kind)
    {
        if (kind == Kinds.Namespace)
        {
            value["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            value["status"] = new JsonObject { ["phase"] = "Active" };
            value.Ensure("metadata", "labels")["kubernetes.io/metadata.name"] = value.Text("metadata", "name");
        }
        else if (kind == Kinds.Pod)
        {
            value["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(value) };
            var spec = value.Ensure("spec");
            spec["serviceAccountName"] ??= "default";
            spec["serviceAccount"] = spec.Text("serviceAccountName");
            spec["enableServiceLinks"] ??= true;
            spec["preemptionPolicy"] ??= "PreemptLowerPriority";
            spec["priority"] ??= 0;
        }
        else if (kind == Kinds.Job)
        {
            FillNewJob(value);
        }
        else if (kind == Kinds.Service)
        {
            FillNewService(value);
        }
        else if (kind == Kinds.PersistentVolumeClaim)
        {
            value["status"] = new JsonObject { ["phase"] = "Pending" };
        }

        if (kind.HasStatus && !value.ContainsKey("status"))
        {
            value["status"] = kind == Kinds.Service
                ? new JsonObject { ["loadBalancer"] = new JsonObject() }
                : new JsonObject();
        }
    }

    /// <summary>Sets the defaults of all written objects.</summary>
    public static void Fill(JsonObject value, ResourceKind kind)
    {
        if (kind == Kinds.Secret && value["stringData"] is JsonObject texts)
        {
            foreach (var (name, text) in texts)
            {
                value.Ensure("data")[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? ""));
            }

            value.Remove("stringData");
        }
        else if (kind == Kinds.Deployment)
        {
            FillStrategy(value.Ensure("spec", "strategy"));
        }
        else if (kind == Kinds.StatefulSet && value.Text("spec", "updateStrategy", "type") is null or "RollingUpdate")
        {
            value.Ensure("spec", "updateStrategy", "rollingUpdate")["partition"] ??= 0;
        }
        else if (kind == Kinds.Service)
        {
            foreach (var port in value.Items("spec", "ports"))
            {
                port["targetPort"] ??= port["port"]?.DeepClone();
            }
        }
        else if (kind == Kinds.Job)
        {
            FillFailurePolicy(value);
        }
        else if (kind == Kinds.NetworkPolicy && value["spec"] is JsonObject spec && spec["policyTypes"] is null)
        {
            spec["policyTypes"] = spec["egress"] is null ? new JsonArray("Ingress") : new JsonArray(
                "Ingress", "Egress");
        }

        FillPod(kind == Kinds.Pod ? value.Object("spec") : value.Object("spec", "template", "spec"));
    }

    private static void FillPod(JsonObject? pod)
    {
        foreach (var container in pod.Items("containers").Concat(pod.Items("initContainers")))
        {
            container["imagePullPolicy"] ??= IsLatest(container.Text("image") ?? "") ? "Always" : "IfNotPresent";
            foreach (var resource in container.At("resources", "limits") as JsonObject ?? [])
            {
                var requests = container.Ensure("resources", "requests");
                requests[resource.Key] ??= resource.Value?.DeepClone();
            }
        }

        foreach (var volume in pod.Items("volumes"))
        {
            // A volume without a source is an emptyDir.
            if (volume.Count == 1)
            {
                volume["emptyDir"] = new JsonObject();
            }
        }
    }

    private static bool IsLatest(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return !name.Contains('@', StringComparison.Ordinal)
            && (!name.Contains(':', StringComparison.Ordinal) || name.EndsWith(":latest", StringComparison.Ordinal));
    }

    private static void FillStrategy(JsonObject strategy)
    {
        if ((strategy.Text("type") ?? "RollingUpdate") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling["maxUnavailable"] ??= "25%";
            rolling["maxSurge"] ??= "25%";
        }
    }

    private static void FillNewJob(JsonObject job)
    {
        var spec = job.Ensure("spec");
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
        }

        if (spec["backoffLimitPerIndex"] is not null)
        {
            spec["backoffLimit"] ??= int.MaxValue;
        }

        // A Job without a manual selector gets a unique selector.
        if (spec.Flag("manualSelector") != true && spec["template"] is JsonObject template)
        {
            var uid = job.Text("metadata", "uid");
            var name = job.Text("metadata", "name");
            var labels = template.Ensure("metadata", "labels");
            labels["controller-uid"] = uid;
            labels["batch.kubernetes.io/controller-uid"] = uid;
            labels["job-name"] = name;
            labels["batch.kubernetes.io/job-name"] = name;

            spec["selector"] ??= new JsonObject
            {
                ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid },
            };
        }
    }

    private static void FillFailurePolicy(JsonObject job)
    {
        var spec = job.Ensure("spec");
        spec["podReplacementPolicy"] ??= spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed";
        foreach (var pattern in spec.Items("podFailurePolicy", "rules").SelectMany(r => r.Items("onPodConditions")))
        {
            pattern["status"] ??= "True";
        }
    }

    private static void FillNewService(JsonObject service)
    {
        var spec = service.Ensure("spec");
        if (spec.Text("type") == "ExternalName")
        {
            return;
        }

        var number = Interlocked.Increment(ref s_serviceNumber);
        spec["clusterIP"] ??= $"10.96.{number / 250 % 256}.{(number % 250) + 1}";
        spec["clusterIPs"] ??= new JsonArray(spec.Text("clusterIP"));
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
        if (spec.Text("type") is "NodePort" or "LoadBalancer")
        {
            spec["externalTrafficPolicy"] ??= "Cluster";
            foreach (var port in spec.Items("ports"))
            {
                port["nodePort"] ??= 30000 + (Interlocked.Increment(ref s_serviceNumber) % 2767);
            }
        }
    }

    // https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
    private static string QualityOfService(JsonObject pod)
    {
        JsonObject[] containers = [.. pod.Items("spec", "containers"), .. pod.Items("spec", "initContainers")];
        if (!containers.Any(
            c => c.At("resources", "limits") is JsonObject { Count: > 0 }
                || c.At("resources", "requests") is JsonObject { Count: > 0 }))
        {
            return "BestEffort";
        }

        return containers.All(IsGuaranteed) ? "Guaranteed" : "Burstable";

        static bool IsGuaranteed(JsonObject container)
        {
            foreach (var resource in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var limit = container.At("resources", "limits", resource);
                var request = container.At("resources", "requests", resource) ?? limit;
                if (limit is null || !Json.Same(limit, request))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
