using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Rehearsal;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">0 when it was content.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Error">Its stderr.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);

/// <summary>A real program, kept away from this machine's own settings of helm and kubectl.</summary>
internal sealed class Tool(string path) : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>Runs it to its end, whatever its exit code.</summary>
    public async Task<ToolResult> RunAsync(IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        var result = await Guarded.Command(path, arguments)
            .WithEnvironmentVariables(environment => environment
                .Set("KUBECONFIG", Path.Combine(_home.Path, "none"))
                .Set("KUBECACHEDIR", _home.Path)
                .Set("HELM_CACHE_HOME", _home.Path)
                .Set("HELM_CONFIG_HOME", _home.Path)
                .Set("HELM_DATA_HOME", _home.Path)
                // Rosco's helm has no cluster either: nobody listens there.
                .Set("HELM_KUBEAPISERVER", "https://127.0.0.1:1"))
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return new ToolResult(result.ExitCode, result.StandardOutput, result.StandardError);
    }

    public void Dispose() => _home.Dispose();
}
