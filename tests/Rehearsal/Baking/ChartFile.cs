using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Baking;

/// <summary>
/// A chart as Rosco has it when it calls helm: the archive, or the folder of a fetched repository. Source:
/// <c>getHelmTypePathFromArtifact</c> of <c>HelmBakeTemplateUtils.java</c>.
/// </summary>
internal static class ChartFile
{
    /// <summary>The path for helm.</summary>
    /// <param name="helm">A helm, to pack a folder that stands for an archive.</param>
    /// <param name="artifact">The chart's artifact.</param>
    /// <param name="path">What stands for it on this machine.</param>
    /// <param name="pathInside">The stage's <c>helmChartFilePath</c>.</param>
    /// <param name="folder">Where an archive may be made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<string> PrepareAsync(
        Tool helm, Artifact artifact, string path, string? pathInside, string folder, CancellationToken cancellationToken)
    {
        if (artifact.Type is "git/repo" or "helm/image")
        {
            return Path.Combine(path, pathInside ?? "");
        }

        if (!Directory.Exists(path))
        {
            return path;
        }

        var packed = await helm.RunAsync(["package", path, "--destination", folder], "", cancellationToken);
        return packed.ExitCode == 0
            ? Directory.EnumerateFiles(folder, "*.tgz").Single()
            : throw new RehearsalException($"The chart in {path} cannot be packed: {packed.Error.Trim()}");
    }
}
