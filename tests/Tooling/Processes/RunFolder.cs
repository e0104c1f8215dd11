namespace Migrator.Tooling.Processes;

/// <summary>
/// The one temporary folder of this process, which holds all that its servers and tools write, and a note of each
/// process that was started. Both end with this process, however it ends.
/// </summary>
/// <remarks>
/// A guard, a shell in a session of its own, waits for the end of a pipe whose other end only this process holds. The
/// kernel closes it on a normal exit, on Ctrl-C and on SIGKILL alike. (The parent-death signal of prctl is no use
/// here: it fires when the <em>thread</em> that forked ends, and .NET forks on threads of its pool.)
/// </remarks>
public static class RunFolder
{
    // A note is named by a process id and holds that process's start time (field 22 of /proc/PID/stat, the 20th after
    // the name in parentheses), so that a reused id is never mistaken for the process that was noted.
    internal const string StartTimeFunction = """
        start_time() { read -r stat <"/proc/$1/stat" || return; set -- ${stat##*) }; echo "${20}"; }
        """;

    // SIGQUIT is PostgreSQL's immediate shutdown and ends most other programs; groups are signalled because each
    // process was started as the leader of its own. What is still there after three seconds is killed.
    private const string GuardScript = StartTimeFunction + """

        exec >/dev/null 2>&1
        trap '' INT TERM HUP QUIT
        cd /
        while read -r _; do :; done
        signal_all() {
            signalled=no
            for note in "$folder"/processes/*; do
                id=${note##*/}
                [ ! -e "/proc/$id" ] || [ "$(start_time "$id")" = "$(cat "$note")" ] || continue
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
    /// The folder's absolute path, made at the first call. Other users can pass through it, but not list it.
    /// </summary>
    public static string Path => s_path.Value;

    internal static string Processes => System.IO.Path.Combine(Path, "processes");

    /// <summary>Makes a new folder in it, whose name starts with <paramref name="prefix"/>.</summary>
    public static string NewFolder(string prefix)
    {
        var folder = System.IO.Path.Combine(Path, $"{prefix}-{Interlocked.Increment(ref s_number)}");
        return Directory.CreateDirectory(folder).FullName;
    }

    private static string Create()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolingException("The tests' tools and servers are Linux x64 programs; run this on Linux.");
        }

        var path = Directory.CreateTempSubdirectory("migrator-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            path = MoveWhereOthersCanPass(path);
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
    /// As root, PostgreSQL runs as another user, who must be able to enter; TMPDIR may be private to root.
    /// </summary>
    private static string MoveWhereOthersCanPass(string path)
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
