namespace Migrator.LocalCluster.Api;

/// <summary>The version of Kubernetes that this cluster imitates.</summary>
internal static class ClusterVersion
{
    public const string Text = "v1.36.2";
}
