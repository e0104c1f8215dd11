namespace Migrator.EndToEnd;

/// <summary>How a helm or kubectl ended.</summary>
/// <param name="CommandLine">As one would type it.</param>
/// <param name="ExitCode">0 when it was content.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Error">Its stderr.</param>
/// <param name="Took">How long it ran.</param>
public sealed record ToolOutcome(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>All that it said.</summary>
    public string Text => Output + Error;

    /// <summary>For messages of tests.</summary>
    public override string ToString() => $"$ {CommandLine}\n{Text}exit code {ExitCode}, {Took.TotalSeconds:0.0} s";
}
