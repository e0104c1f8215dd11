using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Runs one container of a pod: starts and restarts its process, and tracks its state.</summary>
internal sealed class ContainerRunner
{
    private readonly PodContext _pod;
    private readonly JsonObject _container;
    private readonly string _policy;
    private readonly string _fieldPath;
    private readonly Backoff _crashes;
    private readonly Lock _lock = new();
    private ContainerState _state = new ContainerState.Waiting("ContainerCreating");
    private ContainerState? _lastState;

    /// <param name="pod">The pod.</param>
    /// <param name="container">The container's spec.</param>
    /// <param name="policy">The restart policy: Always, OnFailure or Never.</param>
    /// <param name="isInit">Whether it is an init container.</param>
    public ContainerRunner(PodContext pod, JsonObject container, string policy, bool isInit)
    {
        _pod = pod;
        _container = container;
        _policy = policy;
        _fieldPath = $"spec.{(isInit ? "initContainers" : "containers")}{{{container.Text("name")}}}";
        _crashes = new Backoff(pod.Options.CrashLoopBackoff);
    }

    public string Name => _container.Text("name")!;

    public string Image => _container.Text("image")!;

    public int RestartCount { get; private set; }

    public bool IsReady { get; private set; }

    /// <summary>Whether the container is running and its startup probe, if any, has succeeded.</summary>
    public bool IsStarted { get; private set; }

    public ContainerLog? Log { get; private set; }

    public ContainerLog? PreviousLog { get; private set; }

    public ContainerState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public ContainerState? LastState
    {
        get
        {
            lock (_lock)
            {
                return _lastState;
            }
        }
    }

    /// <summary>The exit code; null until the container has ended and will not be restarted.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Sets the reason why the container is waiting.</summary>
    public void Wait(string reason)
    {
        lock (_lock)
        {
            if (_state is ContainerState.Waiting)
            {
                _state = new ContainerState.Waiting(reason);
            }
        }
    }

    /// <summary>Runs the container until it ends and will not be restarted, or until it is stopped.</summary>
    /// <param name="stop">Stops the container gracefully.</param>
    /// <param name="kill">Kills the container.</param>
    /// <param name="onStarted">Called after each start when the startup probe has succeeded.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken kill, Action? onStarted = null)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var run = await new ContainerPreparation(_pod, _container, _fieldPath, Set).PrepareAsync(RestartCount, stop);
                var ended = await RunOnceAsync(run, onStarted, stop, kill);
                var isFinal = stop.IsCancellationRequested
                    || _policy == "Never"
                    || (_policy == "OnFailure" && ended.ExitCode == 0);
                if (isFinal)
                {
                    Finish(ended);
                    return;
                }

                await PauseAsync(ended, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while waiting.
        }

        FinishWithoutRun();
    }

    private async Task<ContainerState.Terminated> RunOnceAsync(
        ContainerRun run, Action? onStarted, CancellationToken stop, CancellationToken kill)
    {
        await using var _ = run;
        PreviousLog = Log;
        Log = run.Log;
        _pod.Events.Normal(_pod.Pod, "Pulled", $"Container image \"{Image}\" already present on machine", _fieldPath);
        try
        {
            run.Start();
        }
        catch (ContainerStartException problem)
        {
            _pod.Events.Warning(_pod.Pod, "Failed", $"Error: {problem.Message}", _fieldPath);
            run.Log.Complete();
            return new ContainerState.Terminated(
                128, "StartError", problem.Message, DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);
        }

        _pod.Events.Normal(_pod.Pod, "Created", $"Container created", _fieldPath);
        _pod.Events.Normal(_pod.Pod, "Started", $"Container started", _fieldPath);
        _pod.History.Add(History.HistoryEventType.ContainerStarted, _pod.Key, _pod.Pod, Name, null);
        Set(new ContainerState.Running(run.StartedAt));

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var probes = new ContainerProbes(run, _container)
        {
            OnStarted = () => { IsStarted = true; onStarted?.Invoke(); _pod.Report(); },
            OnReady = ready => { IsReady = ready; _pod.Report(); },
            OnUnhealthy = message => _pod.Events.Warning(_pod.Pod, "Unhealthy", message, _fieldPath),
            OnFailed = (what, grace) =>
            {
                _pod.Events.Normal(
                    _pod.Pod, "Killing", $"Container {Name} failed {what} probe, will be restarted", _fieldPath);
                return run.StopAsync(grace ?? _pod.Grace, kill);
            },
        };
        var probing = probes.RunAsync(over.Token);
        try
        {
            await run.Ended.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _pod.Events.Normal(_pod.Pod, "Killing", $"Stopping container {Name}", _fieldPath);
            await run.StopAsync(_pod.Grace, kill);
        }

        await over.CancelAsync();
        await probing;
        var code = await run.Ended;
        IsReady = false;
        IsStarted = false;
        _pod.History.Add(History.HistoryEventType.ContainerTerminated, _pod.Key, _pod.Pod, Name, code);
        return new ContainerState.Terminated(
            code, code == 0 ? "Completed" : "Error", run.ReadMessage(code), run.StartedAt, DateTimeOffset.UtcNow);
    }

    /// <summary>
    /// Waits before a restart. The first restart has no delay; each further restart has a longer delay.
    /// </summary>
    private async Task PauseAsync(ContainerState.Terminated ended, CancellationToken stop)
    {
        lock (_lock)
        {
            _state = ended;
            _lastState = ended;
        }

        _pod.Report();
        if (RestartCount > 0)
        {
            var pause = _crashes.Next();
            var uid = _pod.Pod.Text("metadata", "uid");
            var message = string.Create(
                CultureInfo.InvariantCulture,
                $"back-off {pause.TotalSeconds:0.###}s restarting failed container={Name} pod={_pod.Key.Name}_{_pod.Key.Namespace}({uid})");
            _pod.Events.Warning(
                _pod.Pod,
                "BackOff",
                $"Back-off restarting failed container {Name} in pod {_pod.Key.Name}_{_pod.Key.Namespace}({uid})",
                _fieldPath);
            Set(new ContainerState.Waiting("CrashLoopBackOff", message));
            try
            {
                await Task.Delay(pause, stop);
            }
            catch (OperationCanceledException)
            {
                Finish(ended);
                throw;
            }
        }

        RestartCount++;
    }

    private void Set(ContainerState state)
    {
        lock (_lock)
        {
            _state = state;
        }

        _pod.Report();
    }

    private void Finish(ContainerState.Terminated ended)
    {
        ExitCode = ended.ExitCode;
        Set(ended);
    }

    // For a container that never ran in a finished pod, as in pkg/kubelet/status.
    private void FinishWithoutRun()
    {
        if (ExitCode is null)
        {
            Finish(new ContainerState.Terminated(
                137,
                "ContainerStatusUnknown",
                "The container could not be located when the pod was terminated",
                null,
                null));
        }
    }
}
