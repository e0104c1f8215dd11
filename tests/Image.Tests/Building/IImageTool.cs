using Migrator.Image.Tests.Running;

namespace Migrator.Image.Tests.Building;

/// <summary>A tool that builds and runs images.</summary>
internal interface IImageTool
{
    /// <summary>The tool's name. The cache keeps the images of different tools separately.</summary>
    string Name { get; }

    /// <summary>Builds an image and saves it to a file.</summary>
    /// <exception cref="ImageToolException">The build failed. The message contains its output.</exception>
    Task BuildAsync(ImageBuild build, string archive, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the command that runs an image with a read-only root file system, as the image's user, with its
    /// environment, on the network of this machine.
    /// </summary>
    Task<IReadOnlyList<string>> CommandAsync(BuiltImage image, ContainerRun run, CancellationToken cancellationToken);
}
