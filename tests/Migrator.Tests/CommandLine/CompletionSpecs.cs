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
    public async Task Bash_completes_commands_and_options(string typed, string offered)
    {
        var words = typed.Split(' ');
        var ask = $$"""
            set -eu
            {{(await new Cli().SucceedAsync("completion", "bash")).Stdout}}
            complete -p migrate
            COMP_WORDS=({{string.Join(' ', words.Select(w => $"'{w}'"))}})
            COMP_CWORD={{words.Length - 1}}
            _migrate
            echo "${COMPREPLY[*]:-}"
            """;

        var (exitCode, output, errors) = await ShellAsync("bash", ask);

        Assert.Equal("", errors);
        Assert.Equal(0, exitCode);
        Assert.Equal($"complete -F _migrate migrate\n{offered}\n", output);
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_option_of_every_command_is_completed_in_every_shell()
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
    public async Task The_other_shells_find_no_fault_in_it(string shell)
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
    public async Task A_shell_that_it_does_not_know_is_refused()
    {
        var refused = await new Cli().FailAsync(2, "completion", "cmd");

        Assert.Equal("error: there is no completion for 'cmd'\n  next: It is one of bash, zsh, fish.\n", refused.Stderr);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ShellAsync(string shell, string script)
    {
        var result = await Guarded.Command(shell, "--norc", "-c", script)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return (result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
