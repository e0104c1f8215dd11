namespace Migrator.LocalCluster.Storage;

/// <summary>A kind of object that the API serves.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version within the group.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Plural">As in <c>deployments</c>.</param>
internal sealed record ResourceKind(string Group, string Version, string Kind, string Plural)
{
    public bool IsNamespaced { get; init; } = true;

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Part of what <c>kubectl get all</c> shows.</summary>
    public bool IsInAll { get; init; }

    /// <summary>The status is a subresource: a write of the object leaves it alone.</summary>
    public bool HasStatus { get; init; }

    /// <summary>metadata.generation counts the changes of everything but metadata and status.</summary>
    public bool CountsGenerations { get; init; }

    /// <summary>As in <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    /// <summary>As error messages name it: <c>deployments.apps</c>.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}
