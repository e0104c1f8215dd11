using CliWrap;
using CliWrap.Buffered;
using Migrator.Image.Tests.Building;
using Migrator.Image.Tests.Running;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>The result of a container.</summary>
internal sealed record RanImage(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>Runs an image.</summary>
    public static async Task<RanImage> RunAsync(BuiltImage image, ContainerRun? run = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var command = await (await ImageTool.GetAsync()).CommandAsync(image, run ?? new ContainerRun(), cancel);
        var result = await Guarded.Command(command[0], command.Skip(1))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancel);
        return new RanImage(result.ExitCode, result.StandardOutput, result.StandardError);
    }

    /// <summary>Runs an image, and checks that it exits with 0.</summary>
    public static async Task<RanImage> SucceedAsync(BuiltImage image, ContainerRun? run = null)
    {
        var result = await RunAsync(image, run);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    /// <summary>Formats the result for messages of failed assertions.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}
