using System.Diagnostics;
using CliWrap;

namespace Migrator.Tooling.Processes;

/// <summary>
/// Starts the child processes of tests, samples and tools. No other file may start a process
/// (<c>tests/BannedSymbols.txt</c>).
/// </summary>
/// <remarks>
/// A process inherits ignored and blocked signals. A shell starts background programs with SIGINT and SIGQUIT ignored, and
/// <c>nohup</c> does the same with SIGHUP. If the tests run in this way, a program would ignore these signals from a test. Therefore
/// <c>env --default-signal</c> (GNU coreutils 8.31 or newer) resets and unblocks all signals. Then it replaces itself
/// with the program, which keeps the process ID.
/// </remarks>
internal static class Launcher
{
#pragma warning disable RS0030 // Only this file may start a process.

    /// <summary>Creates a command.</summary>
    /// <param name="program">The program's path, or a name to find in PATH.</param>
    /// <param name="arguments">The arguments, which are not interpreted.</param>
    public static Command Command(string program, IEnumerable<string> arguments) =>
        Cli.Wrap("env").WithArguments(Arguments(program, arguments));

    /// <summary>Starts a program with pipes as its standard streams.</summary>
    /// <remarks>
    /// If a child inherits a standard stream, .NET changes the settings of the terminal. The terminal stops a background
    /// process that does this.
    /// </remarks>
    /// <param name="program">The program's path, or a name to find in PATH.</param>
    /// <param name="arguments">The arguments, which are not interpreted.</param>
    /// <param name="workingDirectory">The working directory; null for the working directory of this process.</param>
    /// <param name="environment">Environment variables to set. The value null removes a variable.</param>
    public static Process Start(
        string program,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("env", Arguments(program, arguments))
        {
            WorkingDirectory = workingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

#pragma warning restore RS0030

    private static IEnumerable<string> Arguments(string program, IEnumerable<string> arguments) =>
        ["--default-signal", "--", program, .. arguments];
}
