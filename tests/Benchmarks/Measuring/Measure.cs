using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Migrator.Tooling;

namespace Migrator.Benchmarks.Measuring;

/// <summary>Runs commands as whole processes, one at a time, and measures their time and memory.</summary>
/// <param name="folder">The working directory, which also contains the output.</param>
internal sealed class Measure(string folder)
{
    // The shell starts the program in the background and exits, so the program becomes a child of this process.
    private const string ToBackground = """out=$1; shift; "$@" >"$out" 2>&1 & echo $!""";
    private const long MostOfDdItself = 8;
    private const int MemoryTries = 5;

    private readonly string _output = Path.Combine(folder, "output");
    private readonly string _processIdFile = Path.Combine(folder, "process-id");

    /// <summary>The output of the last command.</summary>
    public string Output => File.Exists(_output) ? File.ReadAllText(_output).Trim() : "";

    /// <summary>Runs a command and measures its time.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="cancellationToken">Kills the process.</param>
    /// <exception cref="OperationCanceledException">The process was killed.</exception>
    public Measurement Time(Invocation invocation, CancellationToken cancellationToken)
    {
        using var process = new SpawnedProcess(invocation, _output, folder);
        cancellationToken.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var id = process.Start();
        using var killing = cancellationToken.UnsafeRegister(group => Libc.KillGroup((int)group!), id);
        var (exitCode, usage) = Wait(id) ?? throw new Win32Exception(Libc.NoSuchChild);
        var wall = Stopwatch.GetElapsedTime(start);
        cancellationToken.ThrowIfCancellationRequested();
        return new Measurement(exitCode, wall, usage.Cpu, usage.PeakRss);
    }

    /// <summary>Runs a command and measures its peak memory.</summary>
    /// <remarks>
    /// A forked process inherits the peak of its parent, and exec does not reset it. So every process that .NET starts
    /// directly has at least the peak of .NET. Therefore a small shell starts the command.
    /// </remarks>
    /// <inheritdoc cref="Time"/>
    public Measurement Memory(Invocation invocation, CancellationToken cancellationToken)
    {
        Libc.AdoptOrphans();
        var background = invocation with
        {
            Program = "/bin/sh",
            Arguments = ["-c", ToBackground, "sh", _output, invocation.Program, .. invocation.Arguments],
        };
        using var process = new SpawnedProcess(background, _processIdFile, folder);
        for (var tries = 1; ; tries++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            var shell = process.Start();
            using var killing = cancellationToken.UnsafeRegister(group => Libc.KillGroup((int)group!), shell);
            Wait(shell);
            var ended = Wait(int.Parse(File.ReadAllText(_processIdFile), CultureInfo.InvariantCulture));
            var wall = Stopwatch.GetElapsedTime(start);
            cancellationToken.ThrowIfCancellationRequested();
            if (ended is var (exitCode, usage))
            {
                return new Measurement(exitCode, wall, usage.Cpu, usage.PeakRss);
            }

            // A very short program can end before its shell. Then bash (but not dash) waits for it itself.
            if (tries == MemoryTries)
            {
                throw new ToolingException($"Cannot measure the memory of {invocation.Program}, because it ends too quickly.");
            }
        }
    }

    /// <summary>
    /// Checks that memory measurements are correct on this machine and do not include the parent's memory.
    /// </summary>
    /// <exception cref="ToolingException">Memory cannot be measured on this machine.</exception>
    public void CheckMemory(CancellationToken cancellationToken)
    {
        // dd allocates one block of the given size and little more.
        foreach (var block in (ReadOnlySpan<long>)[1, 64])
        {
            var dd = new Invocation("/bin/dd", ["if=/dev/zero", "of=/dev/null", $"bs={block}M", "count=1"]);
            var peak = Memory(dd, cancellationToken).PeakRss / 1024;
            if (peak < block || peak > block + MostOfDdItself)
            {
                throw new ToolingException($"Cannot measure memory on this machine: dd with a block of {block} MiB seems to use {peak} MiB.");
            }
        }
    }

    private static (int ExitCode, ResourceUsage Usage)? Wait(int id)
    {
        while (true)
        {
            if (Libc.wait4(id, out var status, 0, out var usage) == id)
            {
                var signal = status & 0x7f;
                return (signal == 0 ? (status >> 8) & 0xff : 128 + signal, usage);
            }

            if (Marshal.GetLastPInvokeError() is var error and not Libc.Interrupted)
            {
                return error == Libc.NoSuchChild ? null : throw new Win32Exception(error);
            }
        }
    }
}
