using System.Diagnostics;
using CliWrap;

namespace Migrator.Tooling.Processes;

/// <summary>
/// Starts the child processes of tests, samples and tools. No other file may start a process
/// (<c>tests/BannedSymbols.txt</c>).
/// </summary>
/// <remarks>
/// A process inherits ignored and blocked signals. A shell ignores SIGINT and SIGQUIT for background programs, and
/// <c>nohup</c> ignores SIGHUP, so a program would ignore these signals from a test. Therefore
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
    /// If a child inherits a standard stream, .NET configures the terminal, which stops a process that runs in the
    /// background of that terminal.
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
