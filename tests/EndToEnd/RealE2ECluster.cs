namespace Migrator.EndToEnd;

/// <summary>An existing real cluster. Disposing does not stop it.</summary>
public sealed class RealE2ECluster(string kubeconfigPath, string? context, SampleImages images, string databaseUrl)
    : E2ECluster
{
    public override string KubeconfigPath => kubeconfigPath;

    public override string? Context => context;

    public override SampleImages Images => images;

    public override string DatabaseUrl => databaseUrl;
}
