namespace Migrator.LocalCluster.Storage;

/// <summary>A kind of object that the API serves.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version within the group.</param>
/// <param name="Kind">The kind, such as <c>Deployment</c>.</param>
/// <param name="Plural">The plural, such as <c>deployments</c>.</param>
internal sealed record ResourceKind(string Group, string Version, string Kind, string Plural)
{
    public bool IsNamespaced { get; init; } = true;

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Whether <c>kubectl get all</c> shows the kind.</summary>
    public bool IsInAll { get; init; }

    /// <summary>Whether the status is a subresource, which a write of the object does not change.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether metadata.generation counts changes outside metadata and status.</summary>
    public bool CountsGenerations { get; init; }

    /// <summary>The API version, such as <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    /// <summary>The name in error messages, such as <c>deployments.apps</c>.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}
