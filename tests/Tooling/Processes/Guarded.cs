using CliWrap;

namespace Migrator.Tooling.Processes;

/// <summary>Commands that end with this process, however it ends (see <see cref="RunFolder"/>).</summary>
public static class Guarded
{
    /// <summary>The exit code when the program is not there: setsid says so as a shell does (POSIX).</summary>
    public const int NotFound = 127;

    // The note is written by the process itself before it becomes the program, so there is no moment at which it runs
    // unnoted. exec keeps the process id, and setsid makes it the leader of a group: note, process and group agree.
    private const string Script = RunFolder.StartTimeFunction + """

        start_time "$$" >"$0/$$" && exec setsid "$@"
        """;

    /// <summary>
    /// A command to run, in a process group of its own (Ctrl-C at the terminal does not reach it, the end of this
    /// process does).
    /// </summary>
    /// <param name="program">Its path, or a name to look up in PATH.</param>
    /// <param name="arguments">Passed on as they are.</param>
    public static Command Command(string program, params IEnumerable<string> arguments) =>
        Launcher.Command("sh", Arguments(program, arguments));

    internal static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments) =>
        ["-c", Script, RunFolder.Processes, program, .. arguments];
}
