using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Packages;

/// <summary>The npm client in PATH, with the registry that it is configured for.</summary>
/// <param name="environment">Additional environment variables for npm; null for none.</param>
public sealed class Npm(IReadOnlyDictionary<string, string?>? environment = null)
{
    /// <summary>Downloads a package's tarball into a folder and returns the tarball's path.</summary>
    /// <exception cref="ToolingException">npm is missing or failed.</exception>
    public async Task<string> PackAsync(string spec, string folder, CancellationToken cancellationToken)
    {
        var result = await Guarded.Command("npm", "pack", spec, "--pack-destination", folder, "--ignore-scripts")
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>())
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (result.IsSuccess && Directory.GetFiles(folder, "*.tgz") is [var tarball])
        {
            return tarball;
        }

        throw new ToolingException(result.ExitCode == Guarded.NotFound
            ? $"npm or node was not found in PATH, and {spec} is not in the cache. To download it, install Node.js."
            : $"npm could not download {spec} (exit code {result.ExitCode}): {Reason(result.StandardError)}. "
                + "Check the network connection and the registry that npm is configured for.");
    }

    /// <summary>
    /// Returns the first three error lines of npm, without the lines after them, which refer to logs and help.
    /// </summary>
    private static string Reason(string output)
    {
        var errors = output.Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("npm error ", StringComparison.Ordinal))
            .Select(line => line["npm error ".Length..])
            .Take(3)
            .ToArray();
        return errors.Length > 0 ? string.Join(", ", errors) : "npm printed no reason";
    }
}
