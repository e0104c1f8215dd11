using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Api;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Access;

/// <summary>
/// Authenticates requests over HTTPS, which come from pods, by their token, and authorizes them by the Roles and RoleBindings of the namespace. Requests
/// over HTTP come from the administrator, who may do everything.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/rbac/</remarks>
internal sealed class Rbac(ClusterIdentity identity, ObjectStore store)
{
    private const string Scheme = "Bearer ";

    /// <summary>Finds the account of a request; null for the administrator.</summary>
    /// <exception cref="ApiException">401: there is no valid token.</exception>
    public Account? Authenticate(HttpRequest request)
    {
        if (!request.IsHttps)
        {
            return null;
        }

        var header = request.Headers.Authorization.ToString();
        return (header.StartsWith(Scheme, StringComparison.Ordinal) ? identity.Find(header[Scheme.Length..]) : null)
            ?? throw new ApiException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>Checks that an account may send a request.</summary>
    /// <exception cref="ApiException">403: no Role allows it.</exception>
    public void Authorize(Account? account, RequestPath target, HttpRequest request)
    {
        var verb = VerbOf(target, request);
        var resource = target.Subresource.Length == 0 ? target.Kind.Plural : $"{target.Kind.Plural}/{target.Subresource}";
        if (account is null || RulesOf(account, target.Namespace).Any(r => Allows(r, verb, target, resource)))
        {
            return;
        }

        var name = target.Name.Length > 0 ? $" \"{target.Name}\"" : "";
        var place = target.Namespace.Length > 0 ? $"in the namespace \"{target.Namespace}\"" : "at the cluster scope";
        throw new ApiException(
            403,
            "Forbidden",
            $"{target.Kind.Resource}{name} is forbidden: User \"{account.UserName}\" cannot {verb} resource \"{resource}\" in API group \"{target.Kind.Group}\" {place}");
    }

    private IEnumerable<JsonObject> RulesOf(Account account, string inNamespace) => store.List(Kinds.RoleBinding, inNamespace).Objects
        .Where(b => inNamespace.Length > 0 && b.Items("subjects").Any(s => s.Text("kind") == "ServiceAccount"
            && s.Text("name") == account.Name && s.Text("namespace") == account.Namespace))
        .Where(b => b.Text("roleRef", "kind") == "Role")
        .Select(b => store.Get(new ObjectKey(Kinds.Role, inNamespace, b.Text("roleRef", "name")!)))
        .OfType<JsonObject>()
        .SelectMany(r => r.Items("rules"));

    // A rule with names does not allow to list or watch.
    private static bool Allows(JsonObject rule, string verb, RequestPath target, string resource) =>
        Contains(rule, "verbs", verb) && Contains(rule, "apiGroups", target.Kind.Group) && Contains(rule, "resources", resource)
            && (!rule.Texts("resourceNames").Any() || (target.Name.Length > 0 && rule.Texts("resourceNames").Contains(target.Name)));

    private static bool Contains(JsonObject rule, string list, string value) => rule.Texts(list).Any(v => v == value || v == "*");

    private static string VerbOf(RequestPath target, HttpRequest request) => request.Method switch
    {
        "GET" when target.Name.Length > 0 => "get",
        "GET" => request.Query["watch"] == "true" || request.Query["watch"] == "1" ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        _ => "delete",
    };
}
