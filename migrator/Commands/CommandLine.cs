using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.Configuration;

namespace Migrator.Commands;

/// <summary>Defines the commands for System.CommandLine, and converts the parsed command line to settings.</summary>
internal sealed class CommandLine
{
    public static readonly IReadOnlyList<MigrateCommand> Commands = [
        new UpCommand(), new DownCommand(), new PlanCommand(), new StatusCommand(), new WaitCommand(), new ValidateCommand(),
        new LintCommand(), new RepairCommand(), new BaselineCommand(), new NewCommand(), new VersionCommand(), new CompletionCommand()];

    private const string About = """
        Applies and undoes the migrations of a PostgreSQL database. A deployment can wait for them.

          DATABASE_URL=postgres://user:password@host:5432/database migrate up --dir=./migrations

        Script names: V1__create_orders.sql is a migration, U1__create_orders.sql undoes it, and R__views.sql runs again when it
        changes. Every option can also be set by an environment variable; 'migrate COMMAND --help' lists variables and defaults.

        Exit codes: 0 success, 1 migration failed, 2 invalid usage, settings or scripts, 3 database unreachable, 4 lock wait
        timed out, 5 migrations pending, 6 history and scripts differ, 130 ended by SIGINT, 143 ended by SIGTERM.
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
        // As in git, 'migrate help up' shows the help of 'up'.
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
