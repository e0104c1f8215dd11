using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.StandIns;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Building;

/// <summary>
/// buildah as root, which needs no engine: it runs the steps of a Dockerfile in a chroot. The base images are stand-ins
/// (<see cref="StandInImages"/>).
/// </summary>
internal sealed class BuildahTool : IImageTool
{
    // A store of this process's own, which ends with it. vfs and chroot work wherever root does.
    private readonly Lazy<string> _store = new(() => RunFolder.NewFolder("buildah"));
    private readonly StandInImages _standIns;

    public BuildahTool() => _standIns = new StandInImages(this);

    public string Name => "buildah";

    public async Task BuildAsync(ImageBuild build, string archive, CancellationToken cancellationToken)
    {
        // One at a time: each is a compiler at work, or a copy of hundreds of megabytes.
        using var one = await FileLock.AcquireAsync(Path.Combine(_store.Value, "lock"), cancellationToken);
        var bases = new List<string>();
        foreach (var (argument, standIn) in build.Bases)
        {
            bases.AddRange(["--build-arg", $"{argument}={await _standIns.GetAsync(standIn, cancellationToken)}"]);
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

    /// <summary>Builds into the store, from what is in it alone.</summary>
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

    // buildah 1.28 sets the TARGET… arguments from --platform, but not the BUILD… ones that BuildKit sets too.
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
