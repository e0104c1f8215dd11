using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Published;

/// <summary>A project of this repository, published once per content of its sources.</summary>
/// <param name="Project">Its project file, relative to the repository's root, with slashes.</param>
/// <param name="Name">The folder below <c>artifacts/</c> that its outputs go to, such as <c>orders/2</c>.</param>
/// <param name="Arguments">Further arguments of <c>dotnet publish</c>.</param>
public sealed record PublishedProject(string Project, string Name, IReadOnlyList<string> Arguments)
{
    // Others than the newest may still be run by another test process, or be wanted again after a change of branch.
    private const int KeptOutputs = 3;

    /// <summary>What else the output depends on, such as the hash of a program that is put into it.</summary>
    public string ExtraInput { get; init; } = "";

    /// <summary>Adds to the output folder it is given, before anyone else sees it.</summary>
    public Action<string>? Finish { get; init; }

    /// <summary>Publishes, if these sources have not been published yet, and returns the output folder.</summary>
    /// <exception cref="ToolingException">The build failed; the message has its output.</exception>
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
                // One lock for all contents: they share the intermediate files.
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
        // bin/ and obj/ beside the project belong to the build that is running these tests: --artifacts-path keeps away
        // from them. Build servers would outlive us.
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
    /// The outer <c>dotnet test</c> or <c>dotnet run</c> passes on where its own MSBuild lives; the inner one finds
    /// its own.
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
