namespace Migrator.Tooling.Processes;

/// <summary>
/// The temporary folder of this process. It contains all files of its servers and tools, and a record of each started
/// process. The folder is deleted and the processes are ended when this process ends, even if it is killed.
/// </summary>
/// <remarks>
/// A guard, which is a shell in its own session, reads from a pipe to this process. The kernel closes the pipe after a
/// normal exit, after Ctrl-C and after SIGKILL. Then the guard cleans up. The parent-death signal of prctl does not
/// work for this purpose: it is sent when the <em>thread</em> that forked ends, and .NET forks on thread-pool threads.
/// </remarks>
public static class RunFolder
{
    // A record is a file whose name is the process ID and whose content is the process's start time (field 22 of
    // /proc/PID/stat, the 20th after the name in parentheses). The start time detects that the ID was reused.
    internal const string StartTimeFunction = """
        start_time() { read -r stat <"/proc/$1/stat" || return; set -- ${stat##*) }; echo "${20}"; }
        """;

    // SIGQUIT is PostgreSQL's immediate shutdown, and ends most other programs. Every process was started as the leader
    // of its own group, so the signal is sent to the groups. After three seconds, remaining processes are killed.
    private const string GuardScript = StartTimeFunction + """

        exec >/dev/null 2>&1
        trap '' INT TERM HUP QUIT
        cd /
        while read -r _; do :; done
        signal_all() {
            signalled=no
            for record in "$folder"/processes/*; do
                id=${record##*/}
                [ ! -e "/proc/$id" ] || [ "$(start_time "$id")" = "$(cat "$record")" ] || continue
                if kill -s "$1" -- "-$id" || kill -s "$1" "$id"; then signalled=yes; fi
            done
        }
        folder=$1
        signal_all QUIT
        tries=0
        while [ "$signalled" = yes ] && [ "$tries" -lt 30 ]; do
            sleep 0.1
            tries=$((tries + 1))
            signal_all 0
        done
        signal_all KILL
        rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
        """;

    private static readonly Lazy<string> s_path = new(Create);
    private static int s_number;

    /// <summary>
    /// The folder's absolute path. The first call creates the folder. If this process runs as root, other users can enter the folder, but not list it.
    /// </summary>
    public static string Path => s_path.Value;

    internal static string Processes => System.IO.Path.Combine(Path, "processes");

    /// <summary>Creates a subfolder of <see cref="Path"/>. Its name starts with <paramref name="prefix"/>.</summary>
    public static string NewFolder(string prefix)
    {
        var folder = System.IO.Path.Combine(Path, $"{prefix}-{Interlocked.Increment(ref s_number)}");
        return Directory.CreateDirectory(folder).FullName;
    }

    private static string Create()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolingException("The tests' tools and servers are Linux x64 programs. Run the tests on Linux.");
        }

        var path = Directory.CreateTempSubdirectory("migrator-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            path = MoveToAccessibleFolder(path);
            File.SetUnixFileMode(
                path, File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        Directory.CreateDirectory(System.IO.Path.Combine(path, "processes"));
        var guard = Launcher.Start("setsid", ["sh", "-c", GuardScript, "migrator-guard", path]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            guard.StandardInput.Close();
            guard.WaitForExit(TimeSpan.FromSeconds(10));
        };
        return path;
    }

    /// <summary>
    /// Returns a folder whose parent folders other users can enter. If this process runs as root, PostgreSQL runs as another user, and
    /// TMPDIR may be accessible only for root.
    /// </summary>
    private static string MoveToAccessibleFolder(string path)
    {
        for (var folder = new DirectoryInfo(path).Parent; folder is not null; folder = folder.Parent)
        {
            if (OperatingSystem.IsLinux() && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                Directory.Delete(path);
                var name = System.IO.Path.GetFileName(path) + Guid.NewGuid().ToString("N")[..8];
                return Directory.CreateDirectory(
                    System.IO.Path.Combine("/var/tmp", name),
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
            }
        }

        return path;
    }
}
