using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>A real helm executable, 3 or 4, isolated from the machine's settings and from any cluster.</summary>
internal sealed class HelmCli
{
    private readonly Func<CancellationToken, Task<string>> _path;

    private HelmCli(string name, Func<CancellationToken, Task<string>> path)
    {
        Name = name;
        _path = path;
    }

    public static HelmCli V3 { get; } = new("helm 3.18", Helm.V3PathAsync);

    public static HelmCli V4 { get; } = new("helm 4.2", Helm.V4PathAsync);

    public static IReadOnlyList<HelmCli> Both { get; } = [V3, V4];

    public string Name { get; }

    /// <summary>Runs helm and returns its output and exit code. Values are passed on stdin (<c>--values -</c>); null passes none.</summary>
    public async Task<BufferedCommandResult> RunAsync(string? values, params IEnumerable<string> arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var home = new TempFolder();
        var command = Guarded.Command(
            await _path(cancellation),
            values is null ? arguments : [.. arguments, "--values", "-"]);
        return await command
            .WithStandardInputPipe(PipeSource.FromString(values ?? ""))
            .WithEnvironmentVariables(environment => environment
                .Set("HELM_CACHE_HOME", home.Path)
                .Set("HELM_CONFIG_HOME", home.Path)
                .Set("HELM_DATA_HOME", home.Path)
                // Nothing listens on this port, so helm fails if it needs a cluster, instead of using a real one.
                .Set("HELM_KUBEAPISERVER", "https://127.0.0.1:1")
                .Set("KUBECONFIG", Path.Combine(home.Path, "none")))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellation);
    }
}
