using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Migrator.EndToEnd;
using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Templates;
using Migrator.Tooling;

namespace Migrator.Rehearsal.Cli;

/// <summary>
/// A local cluster with all that the pipelines expect to exist: their namespaces, a database, and a Secret with its URL.
/// All images that the pipelines name are versions of the sample service.
/// </summary>
internal sealed class LocalEnvironment : IAsyncDisposable
{
    private readonly LocalE2ECluster _cluster;
    private readonly E2EDatabase _database;
    private readonly IReadOnlyList<(string Namespace, string Release)> _releases;

    private LocalEnvironment(LocalE2ECluster cluster, E2EDatabase database, IReadOnlyList<(string, string)> releases)
    {
        _cluster = cluster;
        _database = database;
        _releases = releases;
    }

    public string KubeconfigPath => _cluster.KubeconfigPath;

    public static async Task<LocalEnvironment> StartAsync(
        IReadOnlyList<Pipeline> pipelines, Settings settings, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync("Starting a local cluster and a PostgreSQL. The first start builds the sample service, which takes some minutes.");
        var cluster = await LocalE2ECluster.StartAsync(cancellationToken: cancellationToken);
        E2EDatabase? database = null;
        try
        {
            database = await E2EDatabase.CreateAsync(cluster.DatabaseUrl, "rehearsal", cancellationToken);
            AddImages(cluster, RehearsalRun.Images(pipelines), settings.Tags);
            (string Namespace, string Release)[] releases = [.. pipelines.SelectMany(Releases).Distinct()];
            foreach (var name in releases.Select(r => r.Namespace).Distinct())
            {
                await CreateNamespaceAsync(cluster.Api, name, settings.DatabaseSecret, database.Url, cancellationToken);
            }

            return new LocalEnvironment(cluster, database, releases);
        }
        catch
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }

            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the request to the Service of the first release, whatever the URL's host is.</summary>
    public async Task<HttpStatusCode> SendWebhookAsync(HttpMethod method, Uri url, CancellationToken cancellationToken)
    {
        var (inNamespace, release) = _releases[0];
        return await ServiceProxy.GetStatusAsync(_cluster.Api, inNamespace, $"{release}:80", url, cancellationToken);
    }

    /// <summary>Adds two customers with the same email address. The sample's third migration fails on them.</summary>
    public async Task InsertDuplicatesAsync(CancellationToken cancellationToken)
    {
        var sql = await File.ReadAllTextAsync(RepositoryRoot.Combine("samples", "Orders", "data", "duplicate.sql"), cancellationToken);
        await _database.ExecuteAsync(sql, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    /// <summary>Returns the namespaces and release names of a pipeline's bakes.</summary>
    private static IEnumerable<(string Namespace, string Release)> Releases(Pipeline pipeline)
    {
        var scope = TemplateVariables.ScopeOf(pipeline.Json["templateVariables"]);
        return pipeline.Stages.Where(s => s.Type == "bakeManifest")
            .Select(s => (Text(s, "namespace"), Text(s, "outputName")))
            // A namespace that still contains an expression is only known during an execution.
            .Where(r => !r.Item1.Contains("${", StringComparison.Ordinal));

        string Text(StageConfig stage, string field) => TextTemplate.Evaluate(stage.Json[field], scope, []).Text() ?? "default";
    }

    private static void AddImages(LocalE2ECluster cluster, IReadOnlyList<string> names, IReadOnlyList<string> tags)
    {
        // A tag after the last version of the sample service gets that version.
        var versions = Enumerable.Range(1, 100).TakeWhile(v => cluster.Cluster.Images.ContainsKey(cluster.Images.Orders(v))).Count();
        foreach (var name in names)
        {
            foreach (var (index, tag) in (tags.Count > 0 ? tags : ["v1", "v2", "v3"]).Index())
            {
                cluster.Cluster.Images[$"{name}:{tag}"] = cluster.Cluster.Images[cluster.Images.Orders(Math.Min(index + 1, versions))];
            }
        }
    }

    private static async Task CreateNamespaceAsync(
        IKubernetes api, string name, string secret, string url, CancellationToken cancellationToken)
    {
        try
        {
            await api.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException problem) when (problem.Response.StatusCode == HttpStatusCode.Conflict)
        {
            // The namespace "default" already exists.
        }

        await api.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = secret },
                StringData = new Dictionary<string, string> { ["url"] = url },
            },
            name,
            cancellationToken: cancellationToken);
    }
}
