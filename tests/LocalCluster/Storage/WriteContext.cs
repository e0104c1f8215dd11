namespace Migrator.LocalCluster.Storage;

/// <summary>Who writes, and how.</summary>
/// <param name="Manager">The field manager.</param>
internal sealed record WriteContext(string Manager)
{
    /// <summary><c>status</c>, or empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Do everything but the writing.</summary>
    public bool IsDryRun { get; init; }
}
