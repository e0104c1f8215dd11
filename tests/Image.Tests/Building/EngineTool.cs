using Migrator.Image.Tests.Running;

namespace Migrator.Image.Tests.Building;

/// <summary>Builds images with docker or podman, like a user, with the base images of the Dockerfiles.</summary>
internal sealed class EngineTool(string engine) : IImageTool
{
    public string Name => engine;

    public async Task BuildAsync(ImageBuild build, string archive, CancellationToken cancellationToken)
    {
        if (build.From is { } from)
        {
            await Tool.RunAsync([engine, "load", "--input", from.Archive], cancellationToken);
        }

        await Tool.RunAsync(
            [
                engine, "build", "--file", build.Dockerfile, "--tag", build.Name,
                .. build.Architecture is null ? [] : (string[])["--platform", $"linux/{build.Architecture}"],
                .. build.Arguments.SelectMany(a => (string[])["--build-arg", $"{a.Key}={a.Value}"]),
                build.Context,
            ],
            cancellationToken);
        await Tool.RunAsync([engine, "save", "--output", archive, build.Name], cancellationToken);
    }

    public async Task<IReadOnlyList<string>> CommandAsync(
        BuiltImage image, ContainerRun run, CancellationToken cancellationToken)
    {
        await Tool.RunAsync([engine, "load", "--input", image.Archive], cancellationToken);
        return
        [
            engine, "run", "--rm", "--read-only", "--network", "host", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges",
            .. run.Environment.SelectMany(e => (string[])["--env", $"{e.Key}={e.Value}"]),
            .. run.Mounts.SelectMany(m => (string[])["--volume", $"{m.Value}:{m.Key}:ro"]),
            .. run.Command is null ? [] : (string[])["--entrypoint", run.Command[0]],
            image.Name,
            .. run.Command?.Skip(1) ?? run.Arguments ?? [],
        ];
    }
}
