using Migrator.Configuration;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary><c>migrate completion</c>: prints a shell script that completes commands and options.</summary>
internal sealed class CompletionCommand : MigrateCommand<CompletionResult>
{
    public override string Name => "completion";

    public override string Description => "Print a completion script for bash, zsh or fish.";

    public override IReadOnlyList<Setting> Settings => [];

    public override CommandArgument Argument => new("shell", "bash, zsh or fish.");

    public override bool NeedsSettings => false;

    public override bool NeedsDatabase(MigrateOptions options) => false;

    protected override Task RunAsync(CompletionResult result, CommandContext context, CancellationToken cancellation)
    {
        result.Script = context.Options.Argument switch
        {
            "bash" => Bash(),
            "zsh" => ["autoload -U +X bashcompinit && bashcompinit", .. Bash()],
            "fish" => Fish(),
            string other => throw new MigrateException(ExitCode.Usage, new Problem("usage", $"no completion script for '{other}'") { Advice = "Expected bash, zsh or fish." }),
            null => [],
        };
        return Task.CompletedTask;
    }

    private static List<string> Bash() =>
    [
        "# eval \"$(migrate completion bash)\"",
        "_migrate() {",
        "  local command=\"${COMP_WORDS[1]}\" current=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"",
        $"  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"{string.Join(' ', CommandLine.Commands.Select(c => c.Name))}\"; else",
        "    case \"$command\" in",
        .. CommandLine.Commands.Select(c => $"      {c.Name}) words=\"{string.Join(' ', c.Settings.Select(s => s.Flag))} --help\" ;;"),
        "    esac",
        "  fi",
        "  case \"${COMP_WORDS[COMP_CWORD-1]}\" in --dir|--settings-dir) compopt -o dirnames; return ;; esac",
        "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")",
        "}",
        "complete -F _migrate migrate",
    ];

    private static List<string> Fish() =>
    [
        "# migrate completion fish | source",
        "complete -c migrate -f",
        .. CommandLine.Commands.Select(c => $"complete -c migrate -n __fish_use_subcommand -a {c.Name} -d {Quoted(c.Description)}"),
        .. CommandLine.Commands.SelectMany(c => c.Settings.Select(s =>
            $"complete -c migrate -n '__fish_seen_subcommand_from {c.Name}' -l {s.Name} {(s.ValueName is null ? "" : "-r ")}-d {Quoted(s.Description)}")),
    ];

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
