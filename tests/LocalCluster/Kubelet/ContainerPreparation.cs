using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Waits for a container's image, and for the Secrets and ConfigMaps that its environment needs.</summary>
/// <param name="pod">The pod.</param>
/// <param name="container">The container's spec.</param>
/// <param name="fieldPath">The container's field path in the pod, for events.</param>
/// <param name="set">Sets the container's state while it waits.</param>
internal sealed class ContainerPreparation(
    PodContext pod, JsonObject container, string fieldPath, Action<ContainerState> set)
{
    /// <summary>Waits until the container can be created, and returns the run.</summary>
    /// <param name="number">The run's number, from 0.</param>
    /// <param name="stop">Cancels the wait.</param>
    public async Task<ContainerRun> PrepareAsync(int number, CancellationToken stop)
    {
        await WaitForImageAsync(stop);
        while (true)
        {
            try
            {
                return new ContainerRun(pod, container, number);
            }
            catch (ContainerConfigException problem)
            {
                pod.Events.Warning(pod.Pod, "Failed", $"Error: {problem.Message}", fieldPath);
                set(new ContainerState.Waiting("CreateContainerConfigError", problem.Message));
                await Task.Delay(pod.Options.SyncPeriod, stop);
            }
        }
    }

    private async Task WaitForImageAsync(CancellationToken stop)
    {
        var image = container.Text("image")!;
        var pulls = new Backoff(pod.Options.ImagePullBackoff);
        while (pod.FindImage(image) is null)
        {
            var why = $"failed to pull and unpack image \"{image}\": "
                + $"failed to resolve reference \"{image}\": {image}: not found";
            pod.Events.Normal(pod.Pod, "Pulling", $"Pulling image \"{image}\"", fieldPath);
            pod.Events.Warning(
                pod.Pod,
                "Failed",
                $"Failed to pull image \"{image}\": rpc error: code = NotFound desc = {why}",
                fieldPath);
            pod.Events.Warning(pod.Pod, "Failed", "Error: ErrImagePull", fieldPath);
            set(new ContainerState.Waiting("ErrImagePull", $"rpc error: code = NotFound desc = {why}"));
            var pause = pulls.Next();
            await Task.Delay(TimeSpan.FromTicks(Math.Min(pause.Ticks / 4, TimeSpan.TicksPerSecond)), stop);
            pod.Events.Normal(pod.Pod, "BackOff", $"Back-off pulling image \"{image}\"", fieldPath);
            pod.Events.Warning(pod.Pod, "Failed", "Error: ImagePullBackOff", fieldPath);
            set(new ContainerState.Waiting(
                "ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {why}"));
            await Task.Delay(pause, stop);
        }
    }
}
