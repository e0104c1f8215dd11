using System.Globalization;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Tests.Sql;

/// <summary>Runs psql and records how it splits scripts.</summary>
internal static class Psql
{
    public const string NextScript = "SELECT 'the next script begins';";

    /// <summary>
    /// The path of psql: MIGRATOR_PSQL, or the newest Debian version (not the wrapper in /usr/bin, which is a script), or
    /// the one on PATH; null if there is none.
    /// </summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("MIGRATOR_PSQL") is { Length: > 0 } path
        ? path
        : Candidates().FirstOrDefault(File.Exists);

    /// <summary>
    /// Runs scripts in one session, each like <c>psql --file</c>, and returns the queries that psql sent for each script.
    /// </summary>
    public static async Task<IReadOnlyList<IReadOnlyList<SentQuery>>> RunAsync(
        IReadOnlyList<string> scripts, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("psql-");
        try
        {
            // psql would replace its predefined variables in the scripts.
            StringBuilder driver = new();
            foreach (string variable in (string[])["DBNAME", "USER", "HOST", "PORT", "ENCODING", "LAST_ERROR_MESSAGE"])
            {
                driver.Append(CultureInfo.InvariantCulture, $"\\unset {variable}\n");
            }

            for (int i = 0; i < scripts.Count; i++)
            {
                string file = System.IO.Path.Combine(folder.FullName, $"{i}.sql");
                await File.WriteAllTextAsync(file, scripts[i], cancellation);
                driver.Append(CultureInfo.InvariantCulture, $"{NextScript}\n\\i {file}\n");
            }

            string main = System.IO.Path.Combine(folder.FullName, "main.sql");
            await File.WriteAllTextAsync(main, driver.ToString(), cancellation);
            return Split(await RecordAsync(main, cancellation), scripts.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Candidates()
    {
        const string debian = "/usr/lib/postgresql";
        IEnumerable<string> versions = Directory.Exists(debian)
            ? Directory.GetDirectories(debian)
                .OrderByDescending(d => int.TryParse(System.IO.Path.GetFileName(d), out int version) ? version : 0)
                .Select(d => System.IO.Path.Combine(d, "bin"))
            : [];
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        return versions.Concat(path).Select(d => System.IO.Path.Combine(d, "psql"));
    }

    private static async Task<IReadOnlyList<SentQuery>> RecordAsync(string file, CancellationToken cancellation)
    {
        using RecordingServer server = new();
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task serving = server.ServeAsync(ended.Token);
        BufferedCommandResult result = await Guarded.Command(Path!, "--no-psqlrc", "--quiet", "--file", file)
            .WithEnvironmentVariables(new Dictionary<string, string?>
            {
                ["PGHOST"] = "127.0.0.1",
                ["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = "recorder",
                ["PGDATABASE"] = "recorder",
                ["PGSSLMODE"] = "disable",
                ["PGGSSENCMODE"] = "disable",
                ["PGCLIENTENCODING"] = "UTF8",
                ["PGSERVICE"] = null,
                ["PGOPTIONS"] = null,
            })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellation);

        // If psql cannot connect, the server would wait for it forever.
        ended.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await serving;
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException or IOException)
        {
            string lastErrors = string.Join('\n', result.StandardError.Split('\n').TakeLast(5));
            throw new InvalidOperationException(
                $"psql ended its session early, exit code {result.ExitCode}, after {server.Queries.Count} queries: {lastErrors}", e);
        }

        return server.Queries;
    }

    private static List<IReadOnlyList<SentQuery>> Split(IReadOnlyList<SentQuery> queries, int scripts)
    {
        List<IReadOnlyList<SentQuery>> result = [];
        List<SentQuery> current = [];
        foreach (SentQuery query in queries)
        {
            if (query.Text == NextScript)
            {
                current = [];
                result.Add(current);
            }
            else
            {
                current.Add(query);
            }
        }

        return result.Count == scripts
            ? result
            : throw new InvalidOperationException($"psql ran {result.Count} of {scripts} scripts.");
    }
}
