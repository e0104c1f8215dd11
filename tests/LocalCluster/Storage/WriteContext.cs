namespace Migrator.LocalCluster.Storage;

/// <summary>The context of a write.</summary>
/// <param name="Manager">The field manager.</param>
internal sealed record WriteContext(string Manager)
{
    /// <summary>The subresource, such as <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Whether to perform all steps except the write.</summary>
    public bool IsDryRun { get; init; }
}
