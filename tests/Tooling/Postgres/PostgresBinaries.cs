using System.Text.Json;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// PostgreSQL's server programs: <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>. The packages do not contain psql.
/// </summary>
/// <param name="Folder">
/// The folder with <c>bin</c>, <c>lib</c> and <c>share</c>. The user that runs PostgreSQL can read it.
/// </param>
/// <param name="Version">The package's version, such as <c>15.18.0-beta.17</c>.</param>
public sealed record PostgresBinaries(string Folder, string Version)
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly SemaphoreSlim s_copying = new(1);

    /// <summary>Returns the programs of a major version, 13 to 18. Downloads them if necessary.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The major version is not pinned.</exception>
    /// <exception cref="ToolingException">The package could not be downloaded.</exception>
    public static async Task<PostgresBinaries> GetAsync(int major, CancellationToken cancellationToken = default)
    {
        if (!PinnedPackages.Postgres.TryGetValue(major, out var package))
        {
            throw new ArgumentOutOfRangeException(nameof(major), major, "Expected 13 to 18, the pinned major versions.");
        }

        var folder = Path.Combine(await PackageCache.Default.GetAsync(package, Finish, cancellationToken), "native");
        if (Environment.IsPrivilegedProcess)
        {
            folder = await CopyForOtherUserAsync(folder, major, cancellationToken);
        }

        return new PostgresBinaries(folder, package.Version);
    }

    internal string Program(string name) => Path.Combine(Folder, "bin", name);

    /// <summary>
    /// Copies the programs to a folder that another user can read. PostgreSQL refuses to run as root, and the user that
    /// runs it instead cannot enter root's home (mode 700), which contains the cache. The copy is in this process's
    /// temporary folder. It takes 60 MB and 0.1 seconds, once per process. The alternatives are worse: a shared copy in
    /// /var/tmp needs protection against other users, capabilities are often missing in containers, and tests should
    /// not change the mode of root's home.
    /// </summary>
    private static async Task<string> CopyForOtherUserAsync(
        string folder, int major, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(RunFolder.Path, $"postgres-{major}");
        await s_copying.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(copy))
            {
                await Guarded.Command("cp", "-a", folder, copy + ".partial").ExecuteAsync(cancellationToken);
                Directory.Move(copy + ".partial", copy);
            }
        }
        finally
        {
            s_copying.Release();
        }

        return copy;
    }

    /// <summary>
    /// Creates the package's symbolic links. An npm tarball cannot contain them, so the package's postinstall script normally creates them. Also sets
    /// the file modes, which otherwise depend on the umask.
    /// </summary>
    private static void Finish(string package)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var native = Path.Combine(package, "native");
        var content = Directory.EnumerateFileSystemEntries(native, "*", SearchOption.AllDirectories);
        foreach (var path in content.Prepend(native))
        {
            var runs = Directory.Exists(path) || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);
            File.SetUnixFileMode(path, runs ? Executable : Readable);
        }

        using var links = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(native, "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var path = Path.Combine(package, link.GetProperty("target").GetString()!);
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, source));
        }
    }
}
