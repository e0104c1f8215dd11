using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Migrator.Tooling;

namespace Migrator.Benchmarks.Measuring;

/// <summary>Runs commands as whole processes, one at a time, and tells what they took.</summary>
/// <param name="folder">Where they run, and leave their output.</param>
internal sealed class Measure(string folder)
{
    // The program goes to the background and its shell ends, so that it becomes a child of this process.
    private const string ToBackground = """out=$1; shift; "$@" >"$out" 2>&1 & echo $!""";
    private const long MostOfDdItself = 8;
    private const int MemoryTries = 5;

    private readonly string _output = Path.Combine(folder, "output");
    private readonly string _note = Path.Combine(folder, "process-id");

    /// <summary>What the last command wrote.</summary>
    public string Output => File.Exists(_output) ? File.ReadAllText(_output).Trim() : "";

    /// <summary>Runs a command and takes its time.</summary>
    /// <param name="invocation">What to run.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="OperationCanceledException">It was killed.</exception>
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

    /// <summary>Runs a command and takes its peak of memory.</summary>
    /// <remarks>
    /// A process's peak starts from that of the process that it was forked from, and stays when it becomes another program:
    /// whatever .NET starts directly shows at least .NET's own. So a small shell starts it.
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
        using var process = new SpawnedProcess(background, _note, folder);
        for (var tries = 1; ; tries++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            var shell = process.Start();
            using var killing = cancellationToken.UnsafeRegister(group => Libc.KillGroup((int)group!), shell);
            Wait(shell);
            var ended = Wait(int.Parse(File.ReadAllText(_note), CultureInfo.InvariantCulture));
            var wall = Stopwatch.GetElapsedTime(start);
            cancellationToken.ThrowIfCancellationRequested();
            if (ended is var (exitCode, usage))
            {
                return new Measurement(exitCode, wall, usage.Cpu, usage.PeakRss);
            }

            // A very short program may end before its shell does, which (bash, not dash) then collects it itself.
            if (tries == MemoryTries)
            {
                throw new ToolingException($"{invocation.Program} ends too soon for its memory to be measured.");
            }
        }
    }

    /// <summary>Makes sure that what is measured is the program's own memory, not that of who started it.</summary>
    /// <exception cref="ToolingException">It is not, on this machine.</exception>
    public void CheckMemory(CancellationToken cancellationToken)
    {
        // dd holds one block of the size that it is told, and hardly more.
        foreach (var block in (ReadOnlySpan<long>)[1, 64])
        {
            var dd = new Invocation("/bin/dd", ["if=/dev/zero", "of=/dev/null", $"bs={block}M", "count=1"]);
            var peak = Memory(dd, cancellationToken).PeakRss / 1024;
            if (peak < block || peak > block + MostOfDdItself)
            {
                throw new ToolingException($"Memory cannot be measured here: dd with {block} MiB seems to take {peak}.");
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
