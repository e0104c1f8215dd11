using System.Reflection;
using System.Text.RegularExpressions;
using Migrator.Configuration;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.CommandLine;

/// <summary>The help lists every command and setting.</summary>
public sealed partial class HelpSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    public static TheoryData<string> Commands => [.. Migrator.Commands.CommandLine.Commands.Select(c => c.Name)];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Commands))]
    public async Task Help_of_a_command_shows_each_option_with_its_variable_and_its_default(string name)
    {
        var command = Migrator.Commands.CommandLine.Commands.Single(c => c.Name == name);

        var help = (await new Cli().SucceedAsync(name, "--help")).Stdout;

        Assert.Contains(command.Description, help, StringComparison.Ordinal);
        foreach (var setting in command.Settings)
        {
            var line = help.Split('\n').Single(l => Regex.IsMatch(l, $@"^ +{setting.Flag}( <{Regex.Escape(setting.ValueName ?? "")}>)? "));
            Assert.Contains(setting.Description, line, StringComparison.Ordinal);
            Assert.EndsWith($"[{setting.EnvironmentForm}{(setting.Default is null ? "" : $"; default {setting.Default}")}]", line.TrimEnd(), StringComparison.Ordinal);
        }

        // The help contains no other options.
        Assert.Equal(
            command.Settings.Select(s => s.Flag).Append("--help").Order(StringComparer.Ordinal),
            OptionLine().Matches(help).Select(m => m.Groups["flag"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_belongs_to_a_command_and_can_be_in_the_settings_file()
    {
        var declared = typeof(KnownSettings).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.FieldType == typeof(Setting)).Select(f => (Setting)f.GetValue(null)!).ToList();

        Assert.Equal(declared, KnownSettings.All);
        Assert.All(declared, s => Assert.Contains(Migrator.Commands.CommandLine.Commands, c => c.Settings.Contains(s)));
    }

    [Fact(Timeout = Timeout)]
    public async Task General_help_lists_every_command_with_its_description()
    {
        var help = (await new Cli().SucceedAsync("--help")).Stdout;

        Assert.All(
            Migrator.Commands.CommandLine.Commands,
            c => Assert.Matches($@"(?m)^ +{c.Name}( <\w+>)? +{Regex.Escape(c.Description)}\r?$", help));
    }

    [Fact(Timeout = Timeout)]
    public async Task General_help_shows_an_example_and_the_exit_codes()
    {
        var help = (await new Cli().SucceedAsync("--help")).Stdout;

        Assert.Contains("DATABASE_URL=postgres://user:password@host:5432/database migrate up --dir=./migrations", help, StringComparison.Ordinal);
        Assert.All(Enum.GetValues<ExitCode>().Cast<int>(), code => Assert.Matches($@"\b{code}\b", help));
        Assert.Equal(help, (await new Cli().SucceedAsync("help")).Stdout);
        Assert.Equal((await new Cli().SucceedAsync("up", "--help")).Stdout, (await new Cli().SucceedAsync("help", "up")).Stdout);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("version")]
    [InlineData("completion", "bash")]
    public async Task Commands_without_settings_ignore_invalid_settings(params string[] command)
    {
        var migrate = new Cli { SettingsFile = "{", ["MIGRATE_SETTINGS_DIR"] = "/nowhere", ["MIGRATE_LOCK_WAIT"] = "soon", ["DATABASE_URL"] = "nothing" };

        await migrate.SucceedAsync(command);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_command_and_the_option_print_the_same_version()
    {
        var version = (await new Cli().SucceedAsync("version")).Stdout;

        Assert.Matches(@"^migrate \d+\.\d+\.\d+\S*\n$", version);
        Assert.Equal(version, "migrate " + (await new Cli().SucceedAsync("--version")).Stdout);
        Assert.Equal(version.Trim(), (await new Cli().SucceedAsync("version", "--output=json")).Json.GetProperty("lines")[0].GetString());
    }

    [GeneratedRegex(@"(?m)^ +(-\?, -h, )?(?<flag>--[a-z-]+)")]
    private static partial Regex OptionLine();
}
