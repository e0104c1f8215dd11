using System.Text;
using CliWrap;

namespace Migrator.EndToEnd;

/// <summary>How a helm, a kubectl or another tool ended.</summary>
/// <param name="CommandLine">As one would type it.</param>
/// <param name="ExitCode">0 when it was content.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Error">Its stderr.</param>
/// <param name="Took">How long it ran.</param>
public sealed record ToolOutcome(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>All that it said.</summary>
    public string Text => Output + Error;

    /// <summary>Runs a command to its end, whatever its exit code.</summary>
    /// <param name="commandLine">As one would type it.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ToolOutcome> OfAsync(string commandLine, Command command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var result = await command
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(error))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(cancellationToken);
        return new ToolOutcome(commandLine, result.ExitCode, output.ToString(), error.ToString(), result.RunTime);
    }

    /// <summary>For messages of tests.</summary>
    public override string ToString() => $"$ {CommandLine}\n{Text}exit code {ExitCode}, {Took.TotalSeconds:0.0} s";
}
