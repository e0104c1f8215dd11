using k8s;
using k8s.Models;
using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>
/// The Kubernetes API's own types, as its C# client has them: a field that they do not know, or of another type, is an
/// error. It is the part of <c>fieldValidation=Strict</c> that can be had without a server.
/// </summary>
internal static class KubernetesTypes
{
    private static readonly Dictionary<string, Func<string, object>> Readers = new(StringComparer.Ordinal)
    {
        ["v1/ConfigMap"] = Read<V1ConfigMap>,
        ["v1/Pod"] = Read<V1Pod>,
        ["v1/Secret"] = Read<V1Secret>,
        ["v1/Service"] = Read<V1Service>,
        ["v1/ServiceAccount"] = Read<V1ServiceAccount>,
        ["apps/v1/Deployment"] = Read<V1Deployment>,
        ["autoscaling/v2/HorizontalPodAutoscaler"] = Read<V2HorizontalPodAutoscaler>,
        ["batch/v1/Job"] = Read<V1Job>,
        ["gateway.networking.k8s.io/v1/HTTPRoute"] = Read<HttpRoute>,
        ["networking.k8s.io/v1/Ingress"] = Read<V1Ingress>,
        ["networking.k8s.io/v1/NetworkPolicy"] = Read<V1NetworkPolicy>,
        ["policy/v1/PodDisruptionBudget"] = Read<V1PodDisruptionBudget>,
    };

    /// <summary>Fails with the object's text when Kubernetes would not take its fields.</summary>
    public static void Check(Manifest manifest)
    {
        try
        {
            Parse(manifest);
        }
        catch (Exception problem) when (problem is not KeyNotFoundException)
        {
            Assert.Fail($"{manifest}: {problem.GetBaseException().Message}\n\n{manifest.Source}");
        }
    }

    /// <summary>The object as Kubernetes' type.</summary>
    public static object Parse(Manifest manifest) =>
        Readers[$"{manifest.Text("apiVersion")}/{manifest.Kind}"](manifest.Source);

    private static object Read<T>(string yaml) => KubernetesYaml.Deserialize<T>(yaml, strict: true)!;
}
