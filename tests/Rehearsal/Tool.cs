using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Rehearsal;

/// <summary>The result of a program.</summary>
/// <param name="ExitCode">The exit code. 0 means success.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Error">The standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>Runs a real helm or kubectl, isolated from the configuration of this machine's user.</summary>
internal sealed class Tool(string path) : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>Runs the program until it exits. Does not throw for an exit code other than 0.</summary>
    public async Task<ToolResult> RunAsync(IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        var result = await Guarded.Command(path, arguments)
            .WithEnvironmentVariables(environment => environment
                .Set("KUBECONFIG", Path.Combine(_home.Path, "none"))
                .Set("KUBECACHEDIR", _home.Path)
                .Set("HELM_CACHE_HOME", _home.Path)
                .Set("HELM_CONFIG_HOME", _home.Path)
                .Set("HELM_DATA_HOME", _home.Path)
                // Rosco's helm has no access to a cluster. Nothing listens at this address.
                .Set("HELM_KUBEAPISERVER", "https://127.0.0.1:1"))
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return new ToolResult(result.ExitCode, result.StandardOutput, result.StandardError);
    }

    public void Dispose() => _home.Dispose();
}
