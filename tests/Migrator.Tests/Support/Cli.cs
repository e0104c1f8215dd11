using System.Collections;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>
/// Runs the published <c>migrate</c> in an empty folder, without the settings that the tests' own environment may hold.
/// Every run is searched for passwords and stack traces.
/// </summary>
public sealed class Cli
{
    private readonly Dictionary<string, string?> _environment = Inherited();

    /// <summary>Runs on nothing: whoever wants a database or scripts says so.</summary>
    public Cli()
    {
    }

    /// <summary>Runs on a database and a folder of scripts.</summary>
    public Cli(TestDatabase database, ScriptFolder scripts)
    {
        this["DATABASE_URL"] = database.Url;
        this["MIGRATE_DIR"] = scripts.Path;
    }

    /// <summary>What must not be found in any output.</summary>
    public List<string> Secrets { get; } = [SharedServer.Password, SharedServer.Password[^16..]];

    /// <summary>A file <c>migrate.json</c> in the folder in which it runs; null for none.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>An environment variable; null for one that is not set.</summary>
    public string? this[string variable]
    {
        set => _environment[variable] = value;
    }

    /// <summary>Runs it to its end.</summary>
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

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public async Task<CliResult> SucceedAsync(params IEnumerable<string> arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    /// <summary>Runs it to its end, which must have this exit code.</summary>
    public async Task<CliResult> FailAsync(int exitCode, params IEnumerable<string> arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == exitCode, $"wanted {exitCode}, got {result}");
        return result;
    }

    /// <summary>Starts it and returns at once.</summary>
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
