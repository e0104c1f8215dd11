using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests.Building;

/// <summary>Finds what this machine can build images with.</summary>
internal static class ImageTool
{
    // The base is 6 MB; a registry behind a wall that answers nothing is not waited for longer.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private static readonly Lazy<Task<IImageTool?>> s_tool = new(FindAsync);

    /// <summary>The tool; without one, the test that asks is skipped. In CI nothing is: there the tools are installed.</summary>
    public static async Task<IImageTool> GetAsync()
    {
        const string Needed =
            "Needs docker or podman that can pull the base images, or, as root, buildah and debootstrap.";
        var tool = await s_tool.Value;
        Assert.False(tool is null && Environment.GetEnvironmentVariable("CI") == "true", Needed);
        Assert.SkipWhen(tool is null, Needed);
        return tool;
    }

    // An engine builds as a user does, on the real base images. buildah needs none, but root.
    private static async Task<IImageTool?> FindAsync()
    {
        foreach (var engine in (string[])["docker", "podman"])
        {
            // With the client alone installed, or the registry out of reach, this fails.
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
                // Not read, a pipe would break the program that writes to it.
                .ExecuteBufferedAsync(limit.Token);
            return result.IsSuccess;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
