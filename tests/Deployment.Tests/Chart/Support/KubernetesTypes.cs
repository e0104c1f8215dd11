using k8s;
using k8s.Models;
using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>
/// Validates objects against the types of the C# client for the Kubernetes API. An unknown field or a wrong type is an
/// error. This is the part of <c>fieldValidation=Strict</c> that needs no server.
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
        ["rbac.authorization.k8s.io/v1/Role"] = Read<V1Role>,
        ["rbac.authorization.k8s.io/v1/RoleBinding"] = Read<V1RoleBinding>,
    };

    /// <summary>Whether the object is of Kubernetes, and not of another tool.</summary>
    public static bool IsKnown(Manifest manifest) => Readers.ContainsKey($"{manifest.Text("apiVersion")}/{manifest.Kind}");

    /// <summary>Fails the test, with the object's text, if Kubernetes would reject one of its fields.</summary>
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

    /// <summary>Deserializes the object into its Kubernetes type.</summary>
    public static object Parse(Manifest manifest) =>
        Readers[$"{manifest.Text("apiVersion")}/{manifest.Kind}"](manifest.Source);

    private static object Read<T>(string yaml) => KubernetesYaml.Deserialize<T>(yaml, strict: true)!;
}
