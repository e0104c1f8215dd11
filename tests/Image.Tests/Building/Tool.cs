using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Building;

/// <summary>Runs the programs that build images.</summary>
internal static class Tool
{
    /// <summary>Runs a program and returns its stdout.</summary>
    /// <exception cref="ImageToolException">The program failed. The message contains the end of its output.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        const int Shown = 4000;
        var result = await Guarded.Command(command[0], command.Skip(1))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            var output = result.StandardOutput + result.StandardError;
            throw new ImageToolException(
                $"exit code {result.ExitCode}: {string.Join(' ', command)}\n{output[Math.Max(0, output.Length - Shown)..]}");
        }

        return result.StandardOutput;
    }
}
