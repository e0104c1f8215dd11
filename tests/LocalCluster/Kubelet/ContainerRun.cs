using System.Globalization;
using System.Text.Json.Nodes;
using CliWrap;
using Migrator.LocalCluster.Storage;
using Migrator.Tooling.Processes;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>One run of a container, which is a process on this machine.</summary>
internal sealed class ContainerRun : IAsyncDisposable
{
    // The limits of termination messages, from pkg/kubelet/kuberuntime.
    private const int MessageLines = 80;
    private const int MessageBytesFromLog = 2048;
    private const int MessageBytes = 4096;

    private readonly PodContext _pod;
    private readonly JsonObject _container;
    private readonly ContainerCommandBuilder _commandBuilder;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _messageFile;
    private readonly string? _account;
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GuardedProcess? _process;

    /// <exception cref="ContainerConfigException">A required Secret, ConfigMap or key does not exist.</exception>
    public ContainerRun(PodContext pod, JsonObject container, int number)
    {
        _pod = pod;
        _container = container;
        _account = ServiceAccountFiles.Write(pod.Store, pod.Pod, pod.Folder, pod.Identity);
        _environment = WithApi(new ContainerEnvironment(pod.Store, pod.Pod, container).Make());
        var name = container.Text("name")!;
        var folder = Directory.CreateDirectory(Path.Combine(pod.Folder, "containers", name)).FullName;
        Log = new ContainerLog(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.log")));
        _messageFile = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number}.message"));
        var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        var image = pod.FindImage(container.Text("image")!)!;
        _commandBuilder = new ContainerCommandBuilder(image, container, PathsOf(image), root);
    }

    public ContainerLog Log { get; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Completes with the exit code when the process ends.</summary>
    public Task<int> Ended => _ended.Task;

    /// <summary>The pod's address, for probes.</summary>
    public string Address => _pod.Address;

    /// <exception cref="ContainerStartException">The image does not contain the program.</exception>
    public void Start()
    {
        var command = _commandBuilder.Main(_environment, _pod.HostName);
        File.WriteAllText(_messageFile, "");
        StartedAt = DateTimeOffset.UtcNow;
        _process = GuardedProcess.Start(
            command.Program, command.Arguments, Log.File, command.WorkingDirectory, command.Environment);
        _ = WatchAsync(_process);
    }

    /// <summary>
    /// Stops the process: runs the preStop hook, sends SIGTERM, and sends SIGKILL after the grace period.
    /// </summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken kill)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(kill);
        limit.CancelAfter(grace);
        try
        {
            if (_container.Object("lifecycle", "preStop") is { } hook)
            {
                await RunHookAsync(hook, limit.Token);
            }

            _process!.Send(Signal.Terminate);
            await _ended.Task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process!.Send(Signal.Kill);
            await _ended.Task;
        }
    }

    /// <summary>Runs a command in the container, and returns its exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> ExecAsync(
        IEnumerable<string> words, CancellationToken cancellationToken)
    {
        ContainerCommand command;
        try
        {
            command = _commandBuilder.Exec(words, _environment, _pod.HostName);
        }
        catch (ContainerStartException problem)
        {
            return (126, problem.Message);
        }

        var output = new System.Text.StringBuilder();
        var result = await Guarded.Command(command.Program, command.Arguments)
            .WithWorkingDirectory(command.WorkingDirectory)
            .WithEnvironmentVariables(command.Environment)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(output))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(cancellationToken);
        return (result.ExitCode, output.ToString());
    }

    /// <summary>
    /// Returns the termination message: the content of the message file, or after a failure the end of the log.
    /// </summary>
    public string ReadMessage(int exitCode)
    {
        var message = File.Exists(_messageFile) ? File.ReadAllText(_messageFile) : "";
        if (message.Length == 0 && exitCode != 0 && _container.Text("terminationMessagePolicy") == "FallbackToLogsOnError")
        {
            return Log.Tail(MessageLines, MessageBytesFromLog);
        }

        return message.Length > MessageBytes ? message[..MessageBytes] : message;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task WatchAsync(GuardedProcess process)
    {
        var code = await process.WaitAsync();
        // When the first process of a container ends, all its other processes are killed.
        process.SendToGroup(Signal.Kill);
        Log.Complete();
        _ended.SetResult(code);
    }

    private async Task RunHookAsync(JsonObject hook, CancellationToken cancellationToken)
    {
        if (hook.Whole("sleep", "seconds") is { } seconds)
        {
            await Task.WhenAny(_ended.Task, Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
        else if (hook["exec"] is JsonObject exec)
        {
            await ExecAsync(exec.Texts("command"), cancellationToken);
        }
        else if (hook["httpGet"] is JsonObject get)
        {
            await HttpProbe.GetAsync(this, _container, get, cancellationToken);
        }
    }

    private Dictionary<string, string> WithApi(IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>(environment);
        foreach (var (name, value) in ServiceAccountFiles.Environment(_account, _pod.Identity))
        {
            all[name] = value;
        }

        return all;
    }

    private PathMap PathsOf(ImageProgram image)
    {
        var paths = new PathMap();
        foreach (var (path, place) in image.Files)
        {
            paths.Map(path, place);
        }

        foreach (var mount in _container.Items("volumeMounts"))
        {
            var place = _pod.Volumes.FolderOf(_pod.Pod, mount.Text("name")!);
            var part = mount.Text("subPath") ?? ContainerEnvironment.Expand(
                mount.Text("subPathExpr") ?? "", _environment);
            if (part.Length > 0)
            {
                place = Path.Combine(place, part);
                if (!File.Exists(place))
                {
                    Directory.CreateDirectory(place);
                }
            }

            paths.Map(mount.Text("mountPath")!, place);
        }

        if (_account is not null)
        {
            paths.Map(ServiceAccountFiles.Path, _account);
        }

        paths.Map(_container.Text("terminationMessagePath") ?? "/dev/termination-log", _messageFile);
        return paths;
    }
}
