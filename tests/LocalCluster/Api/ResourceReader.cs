using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Handles get and list requests.</summary>
internal sealed class ResourceReader(ObjectStore store)
{
    /// <exception cref="ApiException">404: the object does not exist; 400: the selector is invalid.</exception>
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
        var (objects, version) = store.List(target.Kind, target.Namespace);
        return new JsonObject
        {
            ["kind"] = $"{target.Kind.Kind}List",
            ["apiVersion"] = target.Kind.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
            ["items"] = Json.Array(objects.Where(o => labels.Matches(o) && fields.Matches(o))),
        };
    }
}
