using System.Diagnostics;

namespace Migrator.Tooling.Processes;

/// <summary>
/// A long-running process. <see cref="DisposeAsync"/> ends it; at the latest, it ends with this process.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Process _process;
    private Task<int>? _end;

    private GuardedProcess(Process process) => _process = process;

    /// <summary>The process ID, which is also the ID of its process group.</summary>
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

    /// <summary>Starts a program with its output appended to a file and an empty input.</summary>
    /// <param name="program">The program's path, or a name to find in PATH.</param>
    /// <param name="arguments">The arguments, which are not interpreted.</param>
    /// <param name="logFile">The file to which stdout and stderr are appended.</param>
    /// <param name="workingDirectory">The working directory.</param>
    /// <param name="environment">Environment variables to set. The value null removes a variable.</param>
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

    /// <summary>Sends a signal to the process only. Does nothing if the process has ended.</summary>
    public void Send(Signal signal)
    {
        if (!HasExited)
        {
            Libc.Signal(Id, signal);
        }
    }

    /// <summary>Sends a signal to all processes of its group, even if the process itself has ended.</summary>
    public void SendToGroup(Signal signal) => Libc.Signal(-Id, signal);

    /// <summary>Waits until the process ends, and returns its exit code (128 + signal number after a signal).</summary>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _end ??= EndAsync();
        }

        return _end.WaitAsync(cancellationToken);
    }

    /// <summary>Kills the process and its group if the process is still running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            SendToGroup(Signal.Kill);
        }

        await WaitAsync();
        _process.Dispose();
    }

    // .NET sets HasExited before ExitCode. A concurrent caller could read 0 in between, so only one task reads the exit
    // code.
    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        lock (_gate)
        {
            return _process.ExitCode;
        }
    }
}
