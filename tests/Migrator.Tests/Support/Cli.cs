using System.Collections;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>
/// Runs the published <c>migrate</c> in an empty folder, without settings from the environment of the tests. The output of
/// every run is searched for passwords and stack traces.
/// </summary>
public sealed class Cli
{
    private readonly Dictionary<string, string?> _environment = Inherited();

    /// <summary>Creates a command without a database and scripts.</summary>
    public Cli()
    {
    }

    /// <summary>Creates a command with a database and a folder of scripts.</summary>
    public Cli(TestDatabase database, ScriptFolder scripts)
    {
        this["DATABASE_URL"] = database.Url;
        this["MIGRATE_DIR"] = scripts.Path;
    }

    /// <summary>The texts that no output may contain.</summary>
    public List<string> Secrets { get; } = [SharedServer.Password, SharedServer.Password[^16..]];

    /// <summary>The content of <c>migrate.json</c> in the working folder; null for no file.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Sets an environment variable; null unsets it.</summary>
    public string? this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>Runs the command and waits until it exits.</summary>
    public async Task<CliResult> RunAsync(params IEnumerable<string> arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var termination = Path.Combine(folder.Path, "termination-log");
        if (SettingsFile is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "migrate.json"), SettingsFile, cancel);
        }

        var result = await Guarded.Command(await MigrateBinary.PathAsync(cancel), arguments)
            .WithWorkingDirectory(folder.Path)
            .WithEnvironmentVariables(new Dictionary<string, string?>(_environment)
            {
                ["MIGRATE_TERMINATION_LOG"] = termination,
            })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancel);
        return Checked(new CliResult(
            result.ExitCode,
            result.StandardOutput,
            result.StandardError,
            File.Exists(termination) ? await File.ReadAllTextAsync(termination, cancel) : ""));
    }

    /// <summary>Runs the command, and asserts that it exits with 0.</summary>
    public async Task<CliResult> SucceedAsync(params IEnumerable<string> arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    /// <summary>Runs the command, and asserts its exit code.</summary>
    public async Task<CliResult> FailAsync(int exitCode, params IEnumerable<string> arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == exitCode, $"expected {exitCode}, got {result}");
        return result;
    }

    /// <summary>Starts the command without waiting for its end.</summary>
    public async Task<RunningCli> StartAsync(params IEnumerable<string> arguments)
        => new(await MigrateBinary.PathAsync(TestContext.Current.CancellationToken), arguments, _environment);

    private CliResult Checked(CliResult result)
    {
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, $"{result}{result.Termination}", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", $"{result}{result.Termination}", StringComparison.Ordinal);
        return result;
    }

    private static Dictionary<string, string?> Inherited()
        => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(e => (string)e.Key)
            .Where(name => name == "DATABASE_URL" || name.StartsWith("PG", StringComparison.Ordinal) || name.StartsWith("MIGRATE_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);
}
