using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A <c>migrate</c> that is at work.</summary>
public sealed class RunningCli : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly GuardedProcess _process;

    public RunningCli(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
        => _process = GuardedProcess.Start(program, arguments, LogFile, _folder.Path, environment);

    private string LogFile => Path.Combine(_folder.Path, "log");

    /// <summary>Both streams so far.</summary>
    public string Output => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    public void Send(Signal signal) => _process.Send(signal);

    /// <summary>Waits for its end.</summary>
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
