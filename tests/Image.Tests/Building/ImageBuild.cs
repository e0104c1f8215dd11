namespace Migrator.Image.Tests.Building;

/// <summary>An image to build.</summary>
/// <param name="Name">The name of the image, which other Dockerfiles use.</param>
/// <param name="Dockerfile">The absolute path of the Dockerfile.</param>
/// <param name="Context">The absolute path of the build context.</param>
internal sealed record ImageBuild(string Name, string Dockerfile, string Context)
{
    /// <summary>The build arguments.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The build arguments that set base images, with the kind of substitute to use if the default image cannot be
    /// pulled.
    /// </summary>
    public IReadOnlyDictionary<string, BaseImageKind> Bases { get; init; } = new Dictionary<string, BaseImageKind>();

    /// <summary>An image that the Dockerfile uses and that was built before; null for none.</summary>
    public BuiltImage? From { get; init; }

    /// <summary>The target architecture, as named by OCI; null for the machine's architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>
    /// A hash of all inputs, with which the built image is cached; null to build the image each time.
    /// </summary>
    public string? Hash { get; init; }
}
