using System.Text;
using CliWrap;

namespace Migrator.EndToEnd;

/// <summary>The outcome of helm, kubectl or another tool.</summary>
/// <param name="CommandLine">The command line, for messages.</param>
/// <param name="ExitCode">The exit code; 0 means success.</param>
/// <param name="Output">The tool's stdout.</param>
/// <param name="Error">The tool's stderr.</param>
/// <param name="Took">How long the tool ran.</param>
public sealed record ToolOutcome(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>The tool's stdout followed by its stderr.</summary>
    public string Text => Output + Error;

    /// <summary>Runs a command, and returns the outcome for any exit code.</summary>
    /// <param name="commandLine">The command line, for messages.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends the command.</param>
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

    /// <summary>Formats the outcome for messages of tests.</summary>
    public override string ToString() => $"$ {CommandLine}\n{Text}exit code {ExitCode}, {Took.TotalSeconds:0.0} s";
}
