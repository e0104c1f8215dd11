using System.Diagnostics;
using CliWrap;

namespace Migrator.Tooling.Processes;

/// <summary>
/// Starts the child processes of tests, samples and tools: no other file does (<c>tests/BannedSymbols.txt</c>).
/// </summary>
/// <remarks>
/// A process inherits which signals are ignored and which are blocked: a shell ignores SIGINT and SIGQUIT for a program
/// that it starts in the background, and <c>nohup</c> ignores SIGHUP. A signal that a test sends would then be lost.
/// Therefore <c>env --default-signal</c> (GNU coreutils 8.31 or newer) resets and unblocks every signal, and becomes the
/// program, under the same process id.
/// </remarks>
internal static class Launcher
{
#pragma warning disable RS0030 // This is the one place that may start a process.

    /// <summary>A command to run.</summary>
    /// <param name="program">Its path, or a name to look up in PATH.</param>
    /// <param name="arguments">Passed on as they are.</param>
    public static Command Command(string program, IEnumerable<string> arguments) =>
        Cli.Wrap("env").WithArguments(Arguments(program, arguments));

    /// <summary>Starts a program with pipes as its standard streams.</summary>
    /// <remarks>
    /// .NET sets up the terminal for a child that inherits a stream, which stops a process that runs in the background
    /// of that terminal.
    /// </remarks>
    /// <param name="program">Its path, or a name to look up in PATH.</param>
    /// <param name="arguments">Passed on as they are.</param>
    /// <param name="workingDirectory">Where it runs; null for the working directory of this process.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
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
