using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Published;

/// <summary>A project of this repository that is published again only after a change of its sources.</summary>
/// <param name="Project">The project file, relative to the repository's root, with slashes.</param>
/// <param name="Name">The output folder below <c>artifacts/</c>, such as <c>orders/2</c>.</param>
/// <param name="Arguments">Additional arguments of <c>dotnet publish</c>.</param>
public sealed record PublishedProject(string Project, string Name, IReadOnlyList<string> Arguments)
{
    // Keeps older outputs, because another test process may still run one, or a change of branch may need one again.
    private const int KeptOutputs = 3;

    /// <summary>
    /// An additional input of the output's hash, such as the hash of a program that the output contains.
    /// </summary>
    public string ExtraInput { get; init; } = "";

    /// <summary>Adds files to the output folder before the folder becomes visible; null for none.</summary>
    public Action<string>? Finish { get; init; }

    /// <summary>Publishes the project if its sources have changed, and returns the output folder.</summary>
    /// <exception cref="ToolingException">The build failed. The message contains its output.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken = default)
    {
        var hash = SourceHash.Of(
            Path.GetDirectoryName(Project)!,
            [.. Arguments, ExtraInput, System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription]);
        var outputs = RepositoryRoot.Combine("artifacts", Name);
        var output = await CacheEntry.GetOrCreateAsync(
            Path.Combine(outputs, hash),
            async (partial, cancel) =>
            {
                // One lock for all hashes, because they share the intermediate files.
                using var fileLock = await FileLock.AcquireAsync(Path.Combine(outputs, "build.lock"), cancel);
                await PublishAsync(partial, cancel);
                Finish?.Invoke(partial);
                Prune(outputs);
            },
            cancellationToken);
        Directory.SetLastWriteTimeUtc(output, DateTime.UtcNow);
        return output;
    }

    private async Task PublishAsync(string output, CancellationToken cancellationToken)
    {
        // --artifacts-path, because the build that runs these tests uses the project's bin/ and obj/.
        // --disable-build-servers, because build servers would continue to run after the tests.
        var result = await Guarded.Command(
                "dotnet",
                [
                    "publish", RepositoryRoot.Combine(Project), "--configuration", "Release", "--output", output,
                    "--artifacts-path", RepositoryRoot.Combine("artifacts", "build", Name.Replace('/', '-')),
                    "--disable-build-servers", "--verbosity", "quiet", "-nologo", .. Arguments,
                ])
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithEnvironmentVariables(WithoutOuterBuild())
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new ToolingException(
                $"dotnet publish {Project} failed (exit code {result.ExitCode}):\n"
                + result.StandardOutput + result.StandardError);
        }
    }

    /// <summary>
    /// Removes the MSBUILD* variables, which the outer <c>dotnet test</c> or <c>dotnet run</c> sets for its own
    /// MSBuild.
    /// </summary>
    private static Dictionary<string, string?> WithoutOuterBuild() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(name => name, _ => (string?)null);

    private static void Prune(string outputs)
    {
        var old = new DirectoryInfo(outputs).EnumerateDirectories()
            .Where(folder => folder.Extension != ".partial")
            .OrderByDescending(folder => folder.LastWriteTimeUtc)
            .Skip(KeptOutputs - 1);
        foreach (var folder in old)
        {
            folder.Delete(recursive: true);
            File.Delete(folder.FullName + ".lock");
        }
    }
}
