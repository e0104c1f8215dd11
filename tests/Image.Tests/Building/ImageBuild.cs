namespace Migrator.Image.Tests.Building;

/// <summary>An image to build.</summary>
/// <param name="Name">The name by which another Dockerfile takes from it.</param>
/// <param name="Dockerfile">Absolute path.</param>
/// <param name="Context">The folder that the Dockerfile copies from; absolute path.</param>
internal sealed record ImageBuild(string Name, string Dockerfile, string Context)
{
    /// <summary>Build arguments.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Build arguments that name a base image, each with the stand-in for where its default is out of reach.</summary>
    public IReadOnlyDictionary<string, StandIn> Bases { get; init; } = new Dictionary<string, StandIn>();

    /// <summary>The image that it takes from by name, built before.</summary>
    public BuiltImage? From { get; init; }

    /// <summary>The architecture it is for, as OCI calls it; null for the machine's own.</summary>
    public string? Architecture { get; init; }

    /// <summary>
    /// A hash of all that goes into it, so that it is built once per content; null when it is cheap enough to be built
    /// each time.
    /// </summary>
    public string? Hash { get; init; }
}
