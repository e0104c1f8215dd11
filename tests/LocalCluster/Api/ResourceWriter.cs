using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Patching;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Handles create, replace, patch and delete requests.</summary>
internal sealed class ResourceWriter(Registry registry, Deletion deletion)
{
    /// <exception cref="ApiException">The request is rejected.</exception>
    public async Task<(int Code, JsonObject Answer)> WriteAsync(RequestPath target, HttpContext http)
    {
        var request = http.Request;
        var context = new WriteContext(ManagerOf(request))
        {
            Subresource = target.Subresource == "status" ? "status" : "",
            IsDryRun = request.Query["dryRun"] == "All",
        };
        switch (request.Method, target)
        {
            case ("POST", { Name: "" }):
                var created = await RequestBody.ReadObjectAsync(request, target);
                return (201, registry.Create(target.Kind, target.Namespace, created, context));
            case ("PUT", { Name.Length: > 0, Subresource: "scale" }):
                var scale = await RequestBody.ReadAsync(request) as JsonObject ?? [];
                return (200, Scale.Of(registry.Update(target.Key, value => Scaled(value, scale), context)));
            case ("PUT", { Name.Length: > 0, Subresource: "" or "status" }):
                var replaced = await RequestBody.ReadObjectAsync(request, target);
                return (200, registry.Update(target.Key, _ => replaced, context));
            case ("PATCH", { Name.Length: > 0, Subresource: "" or "status" or "scale" }):
                return await PatchAsync(target, request, context);
            case ("DELETE", { Subresource: "" }):
                var options = await RequestBody.ReadAsync(request) as JsonObject ?? [];
                return (200, target.Name.Length > 0
                    ? deletion.Delete(target.Key, DeleteOptions.Read(options, request.Query))
                    : DeleteAll(target, request.Query, options));
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private async Task<(int Code, JsonObject Answer)> PatchAsync(
        RequestPath target, HttpRequest request, WriteContext context)
    {
        var type = (request.ContentType ?? "").Split(';')[0];
        var patch = await RequestBody.ReadAsync(request) ?? throw ApiException.BadRequest("the patch is empty");
        if (type == "application/apply-patch+yaml")
        {
            return Apply(target, request, patch.AsObject(), context);
        }

        Func<JsonObject, JsonObject> change = type switch
        {
            "application/strategic-merge-patch+json" =>
                value => StrategicMergePatch.Apply(
                    value, patch.AsObject(), TypeCatalog.Instance.Find(target.Kind.Kind)),
            "application/merge-patch+json" => value => JsonMergePatch.Apply(value, patch).AsObject(),
            "application/json-patch+json" => value => JsonPatch.Apply(value, patch.AsArray()),
            _ => throw ApiException.UnsupportedMediaType(type),
        };
        if (target.Subresource == "scale")
        {
            return (200, Scale.Of(registry.Update(target.Key, v => Scaled(v, change(Scale.Of(v))), context)));
        }

        var patched = registry.Update(
            target.Key,
            value =>
            {
                var result = change(value);
                RequestBody.Decode(result, target.Kind, request);
                return result;
            },
            context);
        return (200, patched);
    }

    private (int Code, JsonObject Answer) Apply(
        RequestPath target, HttpRequest request, JsonObject config, WriteContext context)
    {
        if (request.Query["fieldManager"].Count == 0)
        {
            throw ApiException.BadRequest(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }

        AppliedConfiguration.Check(config, target);
        var force = request.Query["force"] is ["true" or "1"];
        var (value, isNew) = registry.Apply(target.Key, config, force, context);
        return (isNew ? 201 : 200, value);
    }

    private JsonObject DeleteAll(RequestPath target, IQueryCollection query, JsonObject options)
    {
        var labels = LabelSelector.Parse(query["labelSelector"]);
        var fields = FieldSelector.Parse(query["fieldSelector"], target.Kind);
        foreach (var value in registry.Store.List(target.Kind, target.Namespace).Objects)
        {
            if (labels.Matches(value) && fields.Matches(value))
            {
                deletion.Delete(ObjectKey.Of(target.Kind, value), DeleteOptions.Read(options, query));
            }
        }

        return Deletion.Success(target.Kind, "", null);
    }

    private static JsonObject Scaled(JsonObject value, JsonObject scale)
    {
        Scale.CopyReplicas(value, scale);
        return value;
    }

    // Like a real API server: the default manager is the first part of the user agent (managedfields,
    // PrefixFromUserAgent).
    private static string ManagerOf(HttpRequest request) =>
        request.Query["fieldManager"] is [{ Length: > 0 } name]
            ? name
            : request.Headers.UserAgent.ToString().Split('/')[0] is { Length: > 0 } agent ? agent : "unknown";
}
