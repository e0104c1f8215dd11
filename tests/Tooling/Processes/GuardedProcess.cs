using System.Diagnostics;

namespace Migrator.Tooling.Processes;

/// <summary>A long-running process that is ended by <see cref="DisposeAsync"/>, and in any case with the run.</summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Process _process;
    private Task<int>? _end;

    private GuardedProcess(Process process) => _process = process;

    /// <summary>The process id; the process is also the leader of a group of that id.</summary>
    public int Id => _process.Id;

    public bool HasExited
    {
        get
        {
            lock (_gate)
            {
                return _process.HasExited;
            }
        }
    }

    /// <summary>Starts a program whose output goes to a file and whose input is empty.</summary>
    /// <param name="program">Its path, or a name to look up in PATH.</param>
    /// <param name="arguments">Passed on as they are.</param>
    /// <param name="logFile">Standard output and error are appended to it.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    public static GuardedProcess Start(
        string program,
        IEnumerable<string> arguments,
        string logFile,
        string workingDirectory,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        const string ToLog = """log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""";
        string[] command = ["-c", ToLog, "sh", logFile, program, .. arguments];
        return new GuardedProcess(
            Launcher.Start("sh", Guarded.Arguments("sh", command), workingDirectory, environment));
    }

    /// <summary>Sends a signal to the process alone; one that is gone already is no error.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited)
        {
            Libc.Signal(Id, signal);
        }
    }

    /// <summary>Sends a signal to the process and to all in its group, also when the process itself has ended.</summary>
    public void SendToGroup(Signal signal) => Libc.Signal(-Id, signal);

    /// <summary>Waits for the end and returns the exit code (128 + signal when a signal ended it).</summary>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _end ??= EndAsync();
        }

        return _end.WaitAsync(cancellationToken);
    }

    /// <summary>Kills the process and its group, if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            SendToGroup(Signal.Kill);
        }

        await WaitAsync();
        _process.Dispose();
    }

    // .NET notes that a process has exited before it notes how: who asks in between, on another thread, is told 0. So one asks.
    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        lock (_gate)
        {
            return _process.ExitCode;
        }
    }
}
