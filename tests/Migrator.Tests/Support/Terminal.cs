using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>Runs <c>migrate</c> on a pseudo-terminal, which <c>script</c> from util-linux provides.</summary>
public static class Terminal
{
    /// <summary>Runs a command, and returns its exit code and everything that it sent to the terminal.</summary>
    public static async Task<(int ExitCode, string Sent)> RunAsync(TestDatabase database, ScriptFolder scripts, string command, params (string Name, string Value)[] environment)
    {
        var cancel = TestContext.Current.CancellationToken;
        var variables = environment.ToDictionary(e => e.Name, e => (string?)e.Value);
        variables["DATABASE_URL"] = database.Url;
        variables["MIGRATE_DIR"] = scripts.Path;
        variables["TERM"] = variables.GetValueOrDefault("TERM", "xterm");
        variables["NO_COLOR"] = variables.GetValueOrDefault("NO_COLOR", "");
        var line = $"'{await MigrateBinary.PathAsync(cancel)}' {command}";
        var result = await Guarded.Command("script", "--quiet", "--return", "--command", line, "/dev/null")
            .WithEnvironmentVariables(variables)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancel);
        Assert.DoesNotContain(SharedServer.Password, result.StandardOutput, StringComparison.Ordinal);
        return (result.ExitCode, result.StandardOutput);
    }
}
