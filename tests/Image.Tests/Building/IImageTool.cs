using Migrator.Image.Tests.Running;

namespace Migrator.Image.Tests.Building;

/// <summary>Something that builds images and runs them.</summary>
internal interface IImageTool
{
    /// <summary>For the cache: images of one tool are not taken for those of another.</summary>
    string Name { get; }

    /// <summary>Builds an image and saves it into a file.</summary>
    /// <exception cref="ImageToolException">It could not be built; the message has the output.</exception>
    Task BuildAsync(ImageBuild build, string archive, CancellationToken cancellationToken);

    /// <summary>
    /// The command that runs an image to its end: in the image's root, read-only, as its user, with its environment, on
    /// the network of this machine.
    /// </summary>
    Task<IReadOnlyList<string>> CommandAsync(BuiltImage image, ContainerRun run, CancellationToken cancellationToken);
}
