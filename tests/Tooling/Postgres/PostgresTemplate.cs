using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// A new data folder in the cache. initdb takes seconds, but copying its result takes only a moment.
/// </summary>
/// <remarks>
/// All servers of a cache have the same random password, because the data folder contains it. The servers listen only
/// on loopback.
/// </remarks>
internal sealed record PostgresTemplate(string DataFolder, string Password)
{
    public static async Task<PostgresTemplate> GetAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        var entry = await CacheEntry.GetOrCreateAsync(
            Path.Combine(CacheFolder.Path, "postgres-data", $"{binaries.Version}-{PostgresUser.Name}"),
            (partial, cancel) => CreateAsync(binaries, partial, cancel),
            cancellationToken);
        return new PostgresTemplate(
            Path.Combine(entry, "data"),
            await File.ReadAllTextAsync(Path.Combine(entry, "password"), cancellationToken));
    }

    /// <summary>Copies the data folder, with its owner and modes.</summary>
    public Task CopyToAsync(string dataFolder, CancellationToken cancellationToken) =>
        Guarded.Command("cp", "-a", DataFolder, dataFolder).ExecuteAsync(cancellationToken);

    private static async Task CreateAsync(PostgresBinaries binaries, string target, CancellationToken cancellationToken)
    {
        using var temp = new TempFolder();
        var password = Path.Combine(temp.Path, "password");
        var data = Path.Combine(temp.Path, "data");
        await File.WriteAllTextAsync(
            password, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellationToken);
        PostgresUser.MakeOwner(password);
        PostgresUser.MakeOwner(temp.Path);

        var (program, arguments) = PostgresUser.Wrap(
            binaries.Program("initdb"),
            [
                "--pgdata", data, "--username", PostgresServer.SuperuserName, "--pwfile", password,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync",
            ]);
        var result = await Guarded.Command(program, arguments)
            .WithWorkingDirectory(temp.Path)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new ToolingException($"initdb failed (exit code {result.ExitCode}): {result.StandardError.Trim()}");
        }

        await Guarded.Command("cp", "-a", password, data, target).ExecuteAsync(cancellationToken);
    }
}
