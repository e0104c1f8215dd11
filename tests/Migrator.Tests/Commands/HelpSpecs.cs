using Migrator.Configuration;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Commands;

public sealed class HelpSpecs : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Help_lists_the_commands()
    {
        var help = await new Cli().SucceedAsync("--help");

        Assert.All(["up", "status", "wait"], command => Assert.Matches($"(?m)^ +{command} +[A-Z]", help.Stdout));
        Assert.Empty(help.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task Help_of_a_command_lists_every_option_with_its_variable_and_default_and_no_value()
    {
        var migrate = new Cli { ["DATABASE_URL"] = $"postgres://app:{Uri.EscapeDataString(SharedServer.Password)}@db/x", ["PGPASSWORD"] = SharedServer.Password };

        var help = await migrate.SucceedAsync("up", "--help");

        Assert.All(
            [.. KnownSettings.Common, KnownSettings.Target, KnownSettings.LockWait, KnownSettings.LockTimeout, KnownSettings.Placeholder],
            setting =>
            {
                Assert.Contains(setting.Flag, help.Stdout, StringComparison.Ordinal);
                Assert.Contains(setting.EnvironmentName, help.Stdout, StringComparison.Ordinal);
                Assert.Contains(setting.Default is null ? setting.EnvironmentName : $"default {setting.Default}", help.Stdout, StringComparison.Ordinal);
            });
    }
}
