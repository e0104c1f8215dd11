using CliWrap;

namespace Migrator.Tooling.Processes;

/// <summary>
/// Creates commands that end with this process, even if this process is killed (see <see cref="RunFolder"/>).
/// </summary>
public static class Guarded
{
    /// <summary>The exit code if the program is not found. setsid uses the same code as a POSIX shell.</summary>
    public const int NotFound = 127;

    // The process writes its own record before exec, so the program never runs without a record. exec keeps the process
    // ID, and setsid makes the process the leader of a group with the same ID.
    private const string Script = RunFolder.StartTimeFunction + """

        start_time "$$" >"$0/$$" && exec setsid "$@"
        """;

    /// <summary>
    /// Creates a command that runs in its own process group. Ctrl-C in the terminal does not reach it, but it ends when
    /// this process ends.
    /// </summary>
    /// <param name="program">The program's path, or a name to find in PATH.</param>
    /// <param name="arguments">The arguments, which are not interpreted.</param>
    public static Command Command(string program, params IEnumerable<string> arguments) =>
        Launcher.Command("sh", Arguments(program, arguments));

    internal static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments) =>
        ["-c", Script, RunFolder.Processes, program, .. arguments];
}
