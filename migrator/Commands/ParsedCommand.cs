using System.CommandLine;
using System.CommandLine.Help;
using Migrator.Configuration;

namespace Migrator.Commands;

/// <summary>What the command line said.</summary>
/// <param name="Command">The command; null when none was given.</param>
/// <param name="Argument">What stands behind it; null for nothing.</param>
/// <param name="Flags">The options that were given, by <see cref="Setting.Name"/>.</param>
/// <param name="Result">The parser's own result.</param>
internal sealed record ParsedCommand(
    MigrateCommand? Command, string? Argument, IReadOnlyDictionary<string, IReadOnlyList<string>> Flags, ParseResult Result)
{
    /// <summary>What is wrong with the command line.</summary>
    public IReadOnlyList<Problem> Problems => [.. Errors.Select(e => new Problem("usage", e)
    {
        Advice = IsBeforeCommand
            ? $"Options stand behind the command: migrate {Command?.Name ?? "COMMAND"} {Result.Tokens[0].Value.Split('=')[0]} …"
            : $"'migrate {(Command is null ? "" : Command.Name + " ")}--help' lists what can be given.",
    })];

    private bool IsBeforeCommand => Result.Tokens.Count > 0
        && CommandLine.Commands.SelectMany(c => c.Settings).Any(s => Result.Tokens[0].Value.Split('=')[0] == s.Flag);

    // "Required command was not provided" is no news to somebody who misspelt it.
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
    /// The form of the answer, as far as the command line and the environment tell. Known before the settings are read, so
    /// that a caller that requests JSON gets JSON for every usage error.
    /// </summary>
    public OutputFormat RequestedOutput(IReadOnlyDictionary<string, string> environment)
    {
        Setting form = Command?.Output ?? KnownSettings.Output;
        if (Flags.TryGetValue(form.Name, out IReadOnlyList<string>? output))
        {
            return OptionsReader.Output(output is [var given] ? given : null, form);
        }

        return Result.UnmatchedTokens is [.., "--output=json"] or ["--output=json", ..] or ["--output", "json", ..] or [.., "--output", "json"]
            ? OutputFormat.Json
            : OptionsReader.Output(environment.GetValueOrDefault(form.EnvironmentName), form);
    }

    /// <summary>Whether help or the version was asked for, which the parser answers itself.</summary>
    public bool IsHelp => Result.Action is HelpAction
        || Result.RootCommandResult.Command.Options.OfType<VersionOption>().Any(o => Result.GetResult(o) is { Implicit: false });
}
