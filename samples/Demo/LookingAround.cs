using Migrator.Demo.Narration;
using Migrator.EndToEnd;
using Migrator.Tooling.Packages;

namespace Migrator.Demo;

/// <summary>The end of a demo that is kept: all of it goes on running, and a person looks around.</summary>
internal static class LookingAround
{
    /// <summary>Says how, and returns at Enter or the first signal.</summary>
    public static async Task UntilEnoughAsync(
        Stage stage, Narrator narrator, int helm, CancellationToken cancellationToken)
    {
        var shop = stage.Namespace;
        var tools = new[]
        {
            await Kubectl.PathAsync(cancellationToken),
            helm == 3 ? await Helm.V3PathAsync(cancellationToken) : await Helm.V4PathAsync(cancellationToken),
        };
        var context = shop.Cluster.Context is { } own ? $" --context {own}" : "";
        var kubectl = $"kubectl{context} --namespace {shop.Name}";
        narrator.Heading("It goes on running. Look around, in another terminal:");
        narrator.Output($"""
            export KUBECONFIG={shop.Cluster.KubeconfigPath}
            export PATH={string.Join(':', tools.Select(t => Path.GetDirectoryName(t)))}:$PATH

            {kubectl} get pods,jobs,deployments
            {kubectl} logs job/orders-migrate
            {kubectl} describe pods --selector job-name=orders-migrate
            {kubectl} get --raw /api/v1/namespaces/{shop.Name}/services/orders:http/proxy/orders
            helm{context.Replace("--context", "--kube-context", StringComparison.Ordinal)} --namespace {shop.Name} history orders
            psql {PsqlUrl(shop)} -c 'TABLE changelog'
            """);
        narrator.Heading(Console.IsInputRedirected ? "Ctrl-C ends it." : "Enter or Ctrl-C ends it.");

        // Reading a line cannot be cancelled, but nobody waits for it either.
        var enter = Console.IsInputRedirected ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.Run(Console.ReadLine);
        await Task.WhenAny(enter, Task.Delay(Timeout.Infinite, cancellationToken));
    }

    /// <summary>With its password only where the database goes with the demo.</summary>
    private static string PsqlUrl(E2ENamespace shop)
    {
        if (shop.Cluster is LocalE2ECluster)
        {
            return shop.Database.Url;
        }

        var url = new UriBuilder(new Uri(shop.Database.Url)) { Password = "" };
        return url.Uri.AbsoluteUri;
    }
}
