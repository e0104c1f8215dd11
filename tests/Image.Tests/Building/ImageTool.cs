using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests.Building;

/// <summary>Finds a tool that can build images on this machine.</summary>
internal static class ImageTool
{
    // Limits the wait for an unreachable registry. The base image has only 6 MB.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private static readonly Lazy<Task<IImageTool?>> s_tool = new(FindAsync);

    /// <summary>
    /// Returns the tool. Without one, the calling test is skipped; in CI it fails, because the tools must be installed
    /// there.
    /// </summary>
    public static async Task<IImageTool> GetAsync()
    {
        const string Needed =
            "Needs docker or podman that can pull the base images, or, as root, buildah and debootstrap.";
        var tool = await s_tool.Value;
        Assert.False(tool is null && Environment.GetEnvironmentVariable("CI") == "true", Needed);
        Assert.SkipWhen(tool is null, Needed);
        return tool;
    }

    // Prefers an engine, which builds like a user with the real base images. buildah needs no engine, but root.
    private static async Task<IImageTool?> FindAsync()
    {
        foreach (var engine in (string[])["docker", "podman"])
        {
            // Fails if only the client is installed, or if the registry is not reachable.
            if (await SucceedsAsync(engine, "pull", RootDockerfile.BaseImage))
            {
                return new EngineTool(engine);
            }
        }

        return Environment.IsPrivilegedProcess
            && await SucceedsAsync("buildah", "--version")
            && await SucceedsAsync("debootstrap", "--version")
            ? new BuildahTool()
            : null;
    }

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            var result = await Guarded.Command(program, arguments)
                .WithValidation(CommandResultValidation.None)
                // Reads the output, because the program would fail on a pipe that nothing reads.
                .ExecuteBufferedAsync(limit.Token);
            return result.IsSuccess;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
