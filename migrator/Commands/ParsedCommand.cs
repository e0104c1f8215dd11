using System.CommandLine;
using System.CommandLine.Help;
using Migrator.Configuration;

namespace Migrator.Commands;

/// <summary>A parsed command line.</summary>
/// <param name="Command">The command; null if the command line contains none.</param>
/// <param name="Argument">The argument that follows the command; null for none.</param>
/// <param name="Flags">The values of the options on the command line, by <see cref="Setting.Name"/>.</param>
/// <param name="Result">The result of the parser.</param>
internal sealed record ParsedCommand(
    MigrateCommand? Command, string? Argument, IReadOnlyDictionary<string, IReadOnlyList<string>> Flags, ParseResult Result)
{
    /// <summary>The usage errors.</summary>
    public IReadOnlyList<Problem> Problems => [.. Errors.Select(e => new Problem("usage", ForeignText.Of(e))
    {
        Advice = IsBeforeCommand
            ? $"Put options after the command: migrate {Command?.Name ?? "COMMAND"} {Result.Tokens[0].Value.Split('=')[0]} …"
            : $"'migrate {(Command is null ? "" : Command.Name + " ")}--help' lists the {(Command is null ? "commands" : "options")}.",
    })];

    private bool IsBeforeCommand => Result.Tokens.Count > 0
        && CommandLine.Commands.SelectMany(c => c.Settings).Any(s => Result.Tokens[0].Value.Split('=')[0] == s.Flag);

    // For a misspelt command, "Required command was not provided" adds no information.
    private IEnumerable<string> Errors
    {
        get
        {
            if (Command is null && Result.Tokens.Count == 0)
            {
                return ["no command is given"];
            }

            string[] unknown = [.. Result.Errors.Where(e => Result.UnmatchedTokens.Any(t => e.Message.Contains(t, StringComparison.Ordinal))).Select(e => e.Message)];
            return Command is null && unknown.Length > 0 ? unknown : Result.Errors.Select(e => e.Message);
        }
    }

    /// <summary>
    /// Returns the output format that the command line and the environment request. It is needed before the settings are read:
    /// a caller that requests JSON must get JSON for every usage error.
    /// </summary>
    public OutputFormat RequestedOutput(IReadOnlyDictionary<string, string> environment)
    {
        Setting setting = Command?.Output ?? KnownSettings.Output;
        if (Flags.TryGetValue(setting.Name, out IReadOnlyList<string>? output))
        {
            return OptionsReader.Output(output is [var given] ? given : null, setting);
        }

        return Result.UnmatchedTokens is [.., "--output=json"] or ["--output=json", ..] or ["--output", "json", ..] or [.., "--output", "json"]
            ? OutputFormat.Json
            : OptionsReader.Output(environment.GetValueOrDefault(setting.EnvironmentName), setting);
    }

    /// <summary>Whether the command line requests the help or the version, which the parser prints itself.</summary>
    public bool IsHelp => Result.Action is HelpAction
        || Result.RootCommandResult.Command.Options.OfType<VersionOption>().Any(o => Result.GetResult(o) is { Implicit: false });
}
