using CliWrap;
using CliWrap.Buffered;
using Migrator.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;
using Cli = Migrator.Tests.Support.Cli;

namespace Migrator.Tests.CommandLine;

public sealed class CompletionSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("migrate ", "up down plan status wait validate lint repair baseline new version completion")]
    [InlineData("migrate va", "validate")]
    [InlineData("migrate up --lock-", "--lock-wait --lock-timeout")]
    [InlineData("migrate down --to", "--to --to-dir")]
    [InlineData("migrate version --", "--output --help")]
    [InlineData("migrate nothing --", "")]
    public async Task Bash_completes_commands_and_options(string typed, string completions)
    {
        var words = typed.Split(' ');
        var script = $$"""
            set -eu
            {{(await new Cli().SucceedAsync("completion", "bash")).Stdout}}
            complete -p migrate
            COMP_WORDS=({{string.Join(' ', words.Select(w => $"'{w}'"))}})
            COMP_CWORD={{words.Length - 1}}
            _migrate
            echo "${COMPREPLY[*]:-}"
            """;

        var (exitCode, output, errors) = await ShellAsync("bash", script);

        Assert.Equal("", errors);
        Assert.Equal(0, exitCode);
        Assert.Equal($"complete -F _migrate migrate\n{completions}\n", output);
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_shell_completes_every_option_of_every_command()
    {
        var bash = (await new Cli().SucceedAsync("completion", "bash")).Stdout;
        var fish = (await new Cli().SucceedAsync("completion", "fish")).Stdout;
        var zsh = (await new Cli().SucceedAsync("completion", "zsh")).Stdout;

        Assert.EndsWith(bash, zsh, StringComparison.Ordinal);
        Assert.All(Migrator.Commands.CommandLine.Commands.SelectMany(c => c.Settings.Select(s => (Command: c.Name, Option: s))), one =>
        {
            Assert.Contains(one.Option.Flag, bash.Split('\n').Single(l => l.TrimStart().StartsWith(one.Command + ")", StringComparison.Ordinal)), StringComparison.Ordinal);
            Assert.Contains($"complete -c migrate -n '__fish_seen_subcommand_from {one.Command}' -l {one.Option.Name} ", fish, StringComparison.Ordinal);
        });
    }

    [Theory(Timeout = Timeout)]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task The_completion_script_has_valid_syntax(string shell)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, shell))),
            $"{shell} is not installed here");
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "completion");
        await File.WriteAllTextAsync(file, (await new Cli().SucceedAsync("completion", shell)).Stdout, TestContext.Current.CancellationToken);

        var result = await Guarded.Command(shell, "-n", file).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", result.StandardError);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_unknown_shell_is_refused()
    {
        var refused = await new Cli().FailAsync(2, "completion", "cmd");

        Assert.Equal("error: no completion script for 'cmd'\n  next: Expected bash, zsh or fish.\n", refused.Stderr);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ShellAsync(string shell, string script)
    {
        var result = await Guarded.Command(shell, "--norc", "-c", script)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
