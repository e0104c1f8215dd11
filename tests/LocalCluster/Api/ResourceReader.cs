using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Handles get and list requests.</summary>
internal sealed class ResourceReader(ObjectStore store)
{
    // The rest of lists whose first pages were read, by their continue token.
    private readonly ConcurrentDictionary<string, (JsonObject[] Objects, long Version)> _snapshots = [];

    /// <summary>See <see cref="Cluster.Compact"/>.</summary>
    public void Compact() => _snapshots.Clear();

    /// <exception cref="ApiException">404: the object does not exist; 400: the selector is invalid; 410: the continue token has expired.</exception>
    public JsonObject Read(RequestPath target, HttpRequest request)
    {
        var answer = target.Name.Length > 0 ? Get(target) : List(target, request.Query);
        return Tables.IsRequested(request) ? Tables.Of(target.Kind, answer) : answer;
    }

    private JsonObject Get(RequestPath target)
    {
        var value = store.Get(target.Key) ?? throw ApiException.NotFound(target.Kind, target.Name);
        return target.Subresource == "scale" ? Scale.Of(value) : value;
    }

    private JsonObject List(RequestPath target, IQueryCollection query)
    {
        var labels = LabelSelector.Parse(query["labelSelector"]);
        var fields = FieldSelector.Parse(query["fieldSelector"], target.Kind);
        var (all, version) = Snapshot(target, query["continue"].ToString());
        JsonObject[] objects = [.. all.Where(o => labels.Matches(o) && fields.Matches(o))];
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var limit) && limit > 0 && objects.Length > limit)
        {
            var token = Guid.NewGuid().ToString("N");
            _snapshots[token] = (objects[limit..], version);
            metadata["continue"] = token;
            objects = objects[..limit];
        }

        return new JsonObject
        {
            ["kind"] = $"{target.Kind.Kind}List",
            ["apiVersion"] = target.Kind.ApiVersion,
            ["metadata"] = metadata,
            ["items"] = Json.Array(objects.Select(o => o.DeepClone())),
        };
    }

    // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
    private (IReadOnlyList<JsonObject> Objects, long Version) Snapshot(RequestPath target, string token) =>
        token.Length == 0 ? store.List(target.Kind, target.Namespace)
            : _snapshots.TryGetValue(token, out var rest) ? rest
            : throw ApiException.Expired();
}
