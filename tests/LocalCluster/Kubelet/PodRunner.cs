using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Runs one pod: mounts its volumes, then runs its containers until they end.</summary>
internal sealed class PodRunner : IAsyncDisposable
{
    private readonly PodContext _pod;
    private readonly PodStatus _status;
    private readonly ContainerRunner[] _init;
    private readonly ContainerRunner[] _main;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly List<(ContainerRunner Runner, Task Task, CancellationTokenSource Stop)> _sidecars = [];
    private Task _running = Task.CompletedTask;

    public PodRunner(PodContext pod, PodStatus status)
    {
        _pod = pod;
        _status = status;
        var policy = pod.Pod.Text("spec", "restartPolicy") ?? "Always";
        // Failed init containers are restarted unless the pod's policy is Never. Init containers with the policy Always
        // are sidecars.
        _init = [.. pod.Pod.Items("spec", "initContainers").Select(c => new ContainerRunner(
            pod, c, c.Text("restartPolicy") ?? (policy == "Never" ? "Never" : "OnFailure"), isInit: true))];
        _main = [.. pod.Pod.Items("spec", "containers").Select(c => new ContainerRunner(pod, c, policy, isInit: false))];
        foreach (var waiting in _init.Length > 0 ? _init.Concat(_main) : [])
        {
            waiting.Wait("PodInitializing");
        }
    }

    public IReadOnlyList<ContainerRunner> Init => _init;

    public IReadOnlyList<ContainerRunner> Main => _main;

    /// <summary>The reason why the pod was stopped early; null if it was not.</summary>
    public (string Reason, string Message)? Failure { get; private set; }

    /// <summary>Whether all containers have ended and will not be restarted, or will never start.</summary>
    public bool IsOver { get; private set; }

    public Task Start() => _running = RunAsync();

    /// <summary>
    /// Stops the containers gracefully. Containers that are still running after the grace period are killed.
    /// </summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Stops the containers because the node lacks memory. The pod has failed when they have ended.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/</remarks>
    public Task EvictAsync()
    {
        Failure = ("Evicted", "The node was low on resource: memory.");
        _pod.Events.Warning(_pod.Pod, "Evicted", Failure.Value.Message);
        return StopAsync();
    }

    /// <summary>Kills the containers.</summary>
    public async Task KillAsync()
    {
        await _kill.CancelAsync();
        await StopAsync();
    }

    public ContainerRunner? Find(string container) =>
        _main.Concat(_init).FirstOrDefault(c => c.Name == container);

    /// <summary>Updates the volumes from the current Secrets and ConfigMaps.</summary>
    public void RefreshVolumes()
    {
        if (IsOver)
        {
            return;
        }

        try
        {
            _pod.Volumes.Mount(_pod.Pod);
        }
        catch (VolumeException)
        {
            // The mounted files are not changed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _stop.Dispose();
        _kill.Dispose();
        if (Directory.Exists(_pod.Folder))
        {
            Directory.Delete(_pod.Folder, recursive: true);
        }
    }

    private async Task RunAsync()
    {
        // Returns to the caller immediately.
        await Task.Yield();
        var deadline = EnforceDeadlineAsync();
        try
        {
            await MountAsync();
            if (await InitializeAsync())
            {
                await Task.WhenAll(_main.Select(c => c.RunAsync(_stop.Token, _kill.Token)));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(
                _main.Concat(_init.Where(c => !c.IsStarted)).Select(c => c.RunAsync(_stop.Token, _kill.Token)));
        }

        await StopSidecarsAsync();
        IsOver = true;
        _status.Write(this);
        await _stop.CancelAsync();
        await deadline;
    }

    private async Task MountAsync()
    {
        while (true)
        {
            try
            {
                _pod.Volumes.Mount(_pod.Pod);
                return;
            }
            catch (VolumeException problem)
            {
                _pod.Events.Warning(
                    _pod.Pod, "FailedMount", $"MountVolume.SetUp failed for volume \"{problem.Volume}\" : {problem.Message}");
                await Task.Delay(_pod.Options.SyncPeriod, _stop.Token);
            }
        }
    }

    /// <summary>
    /// Runs the init containers in order. Returns false if the pod ends because one failed or it was stopped.
    /// </summary>
    private async Task<bool> InitializeAsync()
    {
        foreach (var (container, index) in _init.Select((c, i) => (c, i)))
        {
            if (_pod.Pod.Items("spec", "initContainers").ElementAt(index).Text("restartPolicy") == "Always")
            {
                await StartSidecarAsync(container);
                continue;
            }

            await container.RunAsync(_stop.Token, _kill.Token);
            if (container.ExitCode != 0)
            {
                return false;
            }
        }

        return !_stop.IsCancellationRequested;
    }

    /// <summary>Starts a sidecar, and returns when it has started. It continues to run.</summary>
    private async Task StartSidecarAsync(ContainerRunner container)
    {
        // Sidecars are stopped after the main containers, so they have their own token.
        var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sidecars.Add((container, container.RunAsync(stop.Token, _kill.Token, () => started.TrySetResult()), stop));
        await started.Task.WaitAsync(_stop.Token);
    }

    private async Task StopSidecarsAsync()
    {
        foreach (var (_, task, stop) in Enumerable.Reverse(_sidecars))
        {
            await stop.CancelAsync();
            await task;
            stop.Dispose();
        }
    }

    /// <summary>Stops the pod after its activeDeadlineSeconds.</summary>
    private async Task EnforceDeadlineAsync()
    {
        if (_pod.Pod.Whole("spec", "activeDeadlineSeconds") is not { } seconds)
        {
            return;
        }

        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        const string Message = "Pod was active on the node longer than the specified deadline";
        Failure = ("DeadlineExceeded", Message);
        _pod.Events.Normal(_pod.Pod, "DeadlineExceeded", Message);
        await _stop.CancelAsync();
    }
}
