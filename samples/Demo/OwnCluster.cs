using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Demo;

/// <summary>The user's own cluster (<c>--context</c>).</summary>
/// <param name="Context">The context in the user's kubeconfig.</param>
/// <param name="ImagePrefix">The prefix of the images that the cluster can pull.</param>
/// <param name="DatabaseUrl">A postgres:// address that works from this machine and from a pod.</param>
internal sealed record OwnCluster(string Context, string ImagePrefix, string DatabaseUrl)
{
    /// <summary>Returns the cluster for the demo.</summary>
    /// <exception cref="ToolingException">The kubeconfig does not exist, or KUBECONFIG names several files.</exception>
    public E2ECluster Open() =>
        new RealE2ECluster(FindKubeconfig(), Context, SampleImages.WithPrefix(ImagePrefix), DatabaseUrl);

    private static string FindKubeconfig()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is not { Length: > 0 } files)
        {
            files = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        }

        return File.Exists(files)
            ? files
            : throw new ToolingException($"Kubeconfig '{files}' does not exist. Set KUBECONFIG to one file that contains the context.");
    }
}
