using Migrator.Image.Tests.BaseImages;
using Migrator.Image.Tests.Running;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Building;

/// <summary>
/// Builds images with buildah as root. It needs no container engine, because it runs the steps of a Dockerfile in a
/// chroot. It uses substitute base images (<see cref="SubstituteImages"/>).
/// </summary>
internal sealed class BuildahTool : IImageTool
{
    // A private store, which is deleted when this process ends. vfs and chroot need only root.
    private readonly Lazy<string> _store = new(() => RunFolder.NewFolder("buildah"));
    private readonly SubstituteImages _substitutes;

    public BuildahTool() => _substitutes = new SubstituteImages(this);

    public string Name => "buildah";

    public async Task BuildAsync(ImageBuild build, string archive, CancellationToken cancellationToken)
    {
        // One build at a time, because each build runs a compiler or copies hundreds of megabytes.
        using var one = await FileLock.AcquireAsync(Path.Combine(_store.Value, "lock"), cancellationToken);
        var bases = new List<string>();
        foreach (var (argument, kind) in build.Bases)
        {
            bases.AddRange(["--build-arg", $"{argument}={await _substitutes.GetAsync(kind, cancellationToken)}"]);
        }

        if (build.From is { } from)
        {
            await BuildahAsync(["pull", "--quiet", $"docker-archive:{from.Archive}"], cancellationToken);
        }

        await BuildFileAsync(
            build.Name,
            build.Dockerfile,
            build.Context,
            [
                .. bases,
                .. build.Arguments.SelectMany(a => (string[])["--build-arg", $"{a.Key}={a.Value}"]),
                .. build.Architecture is null ? [] : For(build.Architecture),
                .. HostFiles.Volumes(),
            ],
            cancellationToken);
        await BuildahAsync(
            ["push", "--quiet", build.Name, $"docker-archive:{archive}:localhost/{build.Name}:latest"], cancellationToken);
    }

    /// <summary>Builds an image in the store. Base images must be in the store too.</summary>
    public Task BuildFileAsync(
        string name, string dockerfile, string context, IEnumerable<string> options, CancellationToken cancellationToken) =>
        BuildahAsync(
            [
                "build", "--quiet", "--pull-never", "--isolation", "chroot", "--format", "docker",
                "--file", dockerfile, "--tag", name, .. options, context,
            ],
            cancellationToken);

    public async Task<IReadOnlyList<string>> CommandAsync(
        BuiltImage image, ContainerRun run, CancellationToken cancellationToken) =>
        Chroot.Command(await image.RootAsync().WaitAsync(cancellationToken), image.Config, run);

    // From --platform, buildah 1.28 sets the TARGET… arguments, but not the BUILD… arguments as BuildKit does.
    private static IEnumerable<string> For(string architecture) =>
    [
        "--platform", $"linux/{architecture}",
        "--build-arg", $"BUILDPLATFORM=linux/{HostFiles.Architecture}",
        "--build-arg", $"BUILDARCH={HostFiles.Architecture}",
    ];

    private Task<string> BuildahAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Tool.RunAsync(
            [
                "buildah", "--storage-driver", "vfs", "--root", Path.Combine(_store.Value, "root"),
                "--runroot", Path.Combine(_store.Value, "run"), .. arguments,
            ],
            cancellationToken);
}
