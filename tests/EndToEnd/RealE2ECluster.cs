namespace Migrator.EndToEnd;

/// <summary>A real cluster that is there already; nothing of it is ended.</summary>
public sealed class RealE2ECluster(string kubeconfigPath, string? context, SampleImages images, string databaseUrl)
    : E2ECluster
{
    public override string KubeconfigPath => kubeconfigPath;

    public override string? Context => context;

    public override SampleImages Images => images;

    public override string DatabaseUrl => databaseUrl;
}
