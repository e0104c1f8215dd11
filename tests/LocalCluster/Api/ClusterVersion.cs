namespace Migrator.LocalCluster.Api;

/// <summary>The version of Kubernetes whose behaviour is followed.</summary>
internal static class ClusterVersion
{
    public const string Text = "v1.36.2";
}
