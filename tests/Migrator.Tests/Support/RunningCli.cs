using System.Diagnostics;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A running <c>migrate</c> process.</summary>
public sealed class RunningCli : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly GuardedProcess _process;

    public RunningCli(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
        => _process = GuardedProcess.Start(program, arguments, LogFile, _folder.Path, environment);

    private string LogFile => Path.Combine(_folder.Path, "log");

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The output on stdout and stderr so far.</summary>
    public string Output => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public void Send(Signal signal) => _process.Send(signal);

    /// <summary>Kills the process with SIGKILL, as when a node is lost.</summary>
    public Task KillAsync()
    {
        Send(Signal.Kill);
        return _process.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the output contains a text.</summary>
    /// <exception cref="TimeoutException">The output does not contain the text within 20 seconds.</exception>
    public async Task SaysAsync(string text)
    {
        var start = Stopwatch.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"the output never contained '{text}':\n{Output}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the process exits, and returns its exit code.</summary>
    public async Task<int> WaitAsync()
    {
        var exitCode = await _process.WaitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
        Assert.DoesNotContain(SharedServer.Password, Output, StringComparison.Ordinal);
        return exitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
