using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Baking;

/// <summary>
/// The chart's path when Rosco calls helm: the archive, or a folder in a downloaded git repository. Source:
/// <c>getHelmTypePathFromArtifact</c> of <c>HelmBakeTemplateUtils.java</c>.
/// </summary>
internal static class ChartFile
{
    /// <summary>Returns the path to pass to helm. Packages a chart folder if Rosco would have an archive.</summary>
    /// <param name="helm">The helm that packages a chart folder.</param>
    /// <param name="artifact">The chart's artifact.</param>
    /// <param name="path">The local file or folder that is used as this artifact.</param>
    /// <param name="pathInside">The stage's <c>helmChartFilePath</c>.</param>
    /// <param name="folder">The folder for the archive.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
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
            : throw new RehearsalException($"helm could not package the chart in {path}: {packed.Error.Trim()}");
    }
}
