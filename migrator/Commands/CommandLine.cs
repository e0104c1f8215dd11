using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.Configuration;

namespace Migrator.Commands;

/// <summary>Describes the commands to System.CommandLine, and translates the parsed command line to settings.</summary>
internal sealed class CommandLine
{
    public static readonly IReadOnlyList<MigrateCommand> Commands = [
        new UpCommand(), new DownCommand(), new PlanCommand(), new StatusCommand(), new WaitCommand(), new ValidateCommand(),
        new LintCommand(), new RepairCommand(), new BaselineCommand(), new NewCommand(), new VersionCommand(), new CompletionCommand()];

    private const string About = """
        Takes a PostgreSQL schema up and down, so that a deployment can wait for it.

          DATABASE_URL=postgres://user:password@host:5432/database migrate up --dir=./migrations

        Scripts are named V1__create_orders.sql, their undo U1__create_orders.sql, and R__views.sql runs again when it changes.
        Each option can be given in the environment instead; 'migrate COMMAND --help' shows its name there and its default.

        Exit codes: 0 done, 1 a migration failed, 2 wrong usage, settings or scripts, 3 database not reached, 4 lock not had in
        time, 5 migrations pending, 6 history and scripts disagree, 143 and 130 ended by a signal.
        """;

    private readonly RootCommand _root = new(About);

    public CommandLine()
    {
        foreach (MigrateCommand command in Commands)
        {
            var parsed = new Command(command.Name, command.Description);
            foreach (Setting setting in command.Settings)
            {
                parsed.Options.Add(OptionFor(setting));
            }

            if (command.Argument is { } argument)
            {
                parsed.Arguments.Add(new Argument<string>(argument.Name)
                {
                    Description = argument.Description,
                    Arity = argument.IsOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                });
            }

            // CommandRunner runs the command. The parser needs an action to accept the command without a subcommand.
            parsed.SetAction(_ => 0);
            _root.Subcommands.Add(parsed);
        }
    }

    /// <summary>Parses a command line.</summary>
    public ParsedCommand Parse(string[] args)
    {
        // 'migrate help up' shows the help of 'up', as with git.
        ParseResult result = _root.Parse(args is ["help", .. var about] ? [.. about, "--help"] : args);
        MigrateCommand? command = Commands.FirstOrDefault(c => c.Name == result.CommandResult.Command.Name);
        var flags = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (Setting setting in command?.Settings ?? [])
        {
            if (result.GetResult(setting.Flag) is OptionResult { Implicit: false } given)
            {
                flags[setting.Name] = setting.ValueName is null && given.Tokens.Count == 0
                    ? ["true"]
                    : [.. given.Tokens.Select(t => t.Value)];
            }
        }

        string? argument = result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).FirstOrDefault()?.Value;
        return new ParsedCommand(command, argument, flags, result);
    }

    private static Option OptionFor(Setting setting)
    {
        string value = setting.Default is null ? "" : $"; default {setting.Default}";
        string description = $"{setting.Description} [{setting.EnvironmentForm}{value}]";
        return setting.ValueName is null
            ? new Option<bool>(setting.Flag) { Description = description }
            : new Option<string[]>(setting.Flag)
            {
                Description = description,
                HelpName = setting.ValueName,
                Arity = ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
            };
    }
}
