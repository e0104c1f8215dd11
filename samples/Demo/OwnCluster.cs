using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Demo;

/// <summary>The person's own cluster.</summary>
/// <param name="Context">The context of their kubeconfig.</param>
/// <param name="ImagePrefix">Where it finds the images.</param>
/// <param name="DatabaseUrl">A postgres:// address that means the same here and in a pod.</param>
internal sealed record OwnCluster(string Context, string ImagePrefix, string DatabaseUrl)
{
    /// <summary>As a cluster to play on.</summary>
    /// <exception cref="ToolingException">There is no kubeconfig, or more than one.</exception>
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
            : throw new ToolingException($"{files} is no file; set KUBECONFIG to one with the context.");
    }
}
