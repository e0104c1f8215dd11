using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>The target of a request: a kind, optionally one object, and optionally one of its subresources.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace; empty for all namespaces and for cluster-scoped kinds.</param>
/// <param name="Name">The object's name; empty for all objects.</param>
/// <param name="Subresource">The subresource, such as <c>status</c> or <c>log</c>; empty for the object itself.</param>
/// <param name="Rest">The path after the subresource, with its leading slash (used by <c>proxy</c>).</param>
internal sealed record RequestPath(ResourceKind Kind, string Namespace, string Name, string Subresource, string Rest)
{
    public ObjectKey Key => new(Kind, Kind.IsNamespaced ? Namespace : "", Name);

    /// <exception cref="ApiException">404: the path is unknown.</exception>
    public static RequestPath Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => ("", v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => throw ApiException.NoSuchPath(),
        };
        var inNamespace = "";
        if (rest is ["namespaces", var space, var plural, ..] && Kinds.Find(group, version, plural)?.IsNamespaced == true)
        {
            inNamespace = space;
            rest = rest[2..];
        }

        if (rest is not [var resource, ..] || Kinds.Find(group, version, resource) is not { } kind)
        {
            throw ApiException.NoSuchPath();
        }

        return new RequestPath(
            kind,
            inNamespace,
            Uri.UnescapeDataString(rest.ElementAtOrDefault(1) ?? ""),
            rest.ElementAtOrDefault(2) ?? "",
            rest.Length > 3 ? "/" + string.Join('/', rest[3..]) : "");
    }
}
