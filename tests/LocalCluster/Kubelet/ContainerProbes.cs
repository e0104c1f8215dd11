using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Runs the probes of one run of a container: first the startup probe, then the readiness and liveness probes
/// concurrently.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/</remarks>
internal sealed class ContainerProbes(ContainerRun run, JsonObject container)
{
    public required Action OnStarted { get; init; }

    public required Action<bool> OnReady { get; init; }

    public required Action<string> OnUnhealthy { get; init; }

    /// <summary>
    /// Stops the container after a failed probe. The arguments are the probe's name and its grace period, if it has
    /// one.
    /// </summary>
    public required Func<string, TimeSpan?, Task> OnFailed { get; init; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (container["startupProbe"] is JsonObject startup && !await WaitForStartAsync(startup, cancellationToken))
            {
                return;
            }

            OnStarted();
            await Task.WhenAll(ReadyAsync(cancellationToken), LiveAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The container has ended or is being stopped.
        }
    }

    private async Task<bool> WaitForStartAsync(JsonObject probe, CancellationToken cancellationToken)
    {
        await DelayAsync(probe, "initialDelaySeconds", cancellationToken);
        for (var failures = 0; failures < (probe.Whole("failureThreshold") ?? 3); failures++)
        {
            if (await RunProbeAsync(probe, "Startup", cancellationToken))
            {
                return true;
            }

            await DelayAsync(probe, "periodSeconds", cancellationToken);
        }

        await FailAsync(probe, "startup");
        return false;
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        if (container["readinessProbe"] is not JsonObject probe)
        {
            OnReady(true);
            return;
        }

        await DelayAsync(probe, "initialDelaySeconds", cancellationToken);
        var isReady = false;
        var (good, bad) = (0, 0);
        while (true)
        {
            if (await RunProbeAsync(probe, "Readiness", cancellationToken))
            {
                (good, bad) = (good + 1, 0);
            }
            else
            {
                (good, bad) = (0, bad + 1);
            }

            var next = isReady ? bad < (probe.Whole("failureThreshold") ?? 3) : good >= (probe.Whole("successThreshold") ?? 1);
            if (next != isReady)
            {
                isReady = next;
                OnReady(isReady);
            }

            await DelayAsync(probe, "periodSeconds", cancellationToken);
        }
    }

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        if (container["livenessProbe"] is not JsonObject probe)
        {
            return;
        }

        await DelayAsync(probe, "initialDelaySeconds", cancellationToken);
        var bad = 0;
        while (bad < (probe.Whole("failureThreshold") ?? 3))
        {
            bad = await RunProbeAsync(probe, "Liveness", cancellationToken) ? 0 : bad + 1;
            if (bad < (probe.Whole("failureThreshold") ?? 3))
            {
                await DelayAsync(probe, "periodSeconds", cancellationToken);
            }
        }

        await FailAsync(probe, "liveness");
    }

    private Task FailAsync(JsonObject probe, string what) => OnFailed(
        what,
        probe.Whole("terminationGracePeriodSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private async Task<bool> RunProbeAsync(JsonObject probe, string what, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(probe.Whole("timeoutSeconds") ?? 1));
        string? problem;
        try
        {
            problem = await ProbeAsync(probe, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = "context deadline exceeded";
        }

        if (problem is not null)
        {
            OnUnhealthy($"{what} probe failed: {problem}");
        }

        return problem is null;
    }

    private async Task<string?> ProbeAsync(JsonObject probe, CancellationToken cancellationToken)
    {
        if (probe["exec"] is JsonObject exec)
        {
            var (code, output) = await run.ExecAsync(exec.Texts("command"), cancellationToken);
            return code == 0 ? null : output;
        }

        return probe["httpGet"] is JsonObject get
            ? await HttpProbe.GetAsync(run, container, get, cancellationToken)
            : await HttpProbe.ConnectAsync(
                run, container, probe.Object("tcpSocket") ?? probe.Object("grpc")!, cancellationToken);
    }

    private static Task DelayAsync(JsonObject probe, string name, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(probe.Whole(name) ?? 0), cancellationToken);
}
