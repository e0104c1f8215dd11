using k8s;
using k8s.Models;
using Migrator.EndToEnd.Observation;

namespace Migrator.Demo.Shop;

/// <summary>The state of the deployed application, as text to compare.</summary>
/// <param name="Deployment">The Deployment's generation and spec.</param>
/// <param name="Pods">The pods and the starts of their containers. A restart changes the text.</param>
internal sealed record DeployedState(string Deployment, string Pods)
{
    /// <summary>Reads the current state.</summary>
    public static async Task<DeployedState> OfAsync(DemoEnvironment environment, CancellationToken cancellationToken)
    {
        var deployment = await environment.Namespace.FindDeploymentAsync("orders", cancellationToken);
        var pods = (await environment.Namespace.PodsAsync(cancellationToken)).Where(p => p.AppImage() is not null);
        return new DeployedState(
            $"generation {deployment!.Metadata.Generation}: {KubernetesJson.Serialize(deployment.Spec)}",
            string.Join('\n', pods.Select(p =>
                $"{p.Uid()}, {p.AppStatus()!.RestartCount} restarts, since {p.AppStatus()!.State.Running?.StartedAt:O}")));
    }
}
