using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Benchmarks.Contenders;
using Migrator.Tooling.Processes;

namespace Migrator.Benchmarks.Reporting;

/// <summary>The machine that runs the benchmark.</summary>
/// <param name="Cpu">The processor's model.</param>
/// <param name="Cores">The number of processors that this process can use.</param>
/// <param name="IsVirtual">Whether the machine is virtual.</param>
/// <param name="MemoryGigabytes">The total memory, in gigabytes.</param>
/// <param name="MemoryKind">The type of memory, such as DDR5; null if unknown.</param>
/// <param name="Kernel">The kernel's version.</param>
/// <param name="Load">
/// The load average of the minute before the benchmark. If it is much higher than 0, the measurements are unreliable.
/// </param>
internal sealed partial record Machine(
    string Cpu, int Cores, bool IsVirtual, double MemoryGigabytes, string? MemoryKind, string Kernel, double Load)
{
    /// <summary>Reads the data of this machine.</summary>
    public static async Task<Machine> ReadAsync(CancellationToken cancellationToken)
    {
        var cpu = await File.ReadAllTextAsync("/proc/cpuinfo", cancellationToken);
        var memory = await File.ReadAllTextAsync("/proc/meminfo", cancellationToken);
        var load = await File.ReadAllTextAsync("/proc/loadavg", cancellationToken);
        return new Machine(
            CpuModel().Match(cpu) is { Success: true } model ? model.Groups[1].Value.Trim() : "unknown processor",
            Environment.ProcessorCount,
            cpu.Contains(" hypervisor", StringComparison.Ordinal),
            Math.Round(double.Parse(MemoryTotal().Match(memory).Groups[1].Value, CultureInfo.InvariantCulture) * 1024 / 1e9),
            await MemoryKindAsync(cancellationToken),
            (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellationToken)).Trim(),
            double.Parse(load.Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public override string ToString() =>
        FormattableString.Invariant($"{Cpu}, {Cores} cores{(IsVirtual ? " (virtual)" : "")}, ")
        + FormattableString.Invariant($"{MemoryGigabytes} GB {MemoryKind ?? "(unknown type)"}, Linux {Kernel}, load {Load}");

    /// <summary>
    /// Returns the type of memory. The firmware's tables are readable only for root, and exist in few virtual machines.
    /// </summary>
    private static async Task<string?> MemoryKindAsync(CancellationToken cancellationToken)
    {
        if (Programs.InPath("dmidecode").Append("/usr/sbin/dmidecode").FirstOrDefault(File.Exists) is not { } dmidecode)
        {
            return null;
        }

        var result = await Guarded.Command(dmidecode, "--type", "17")
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return MemoryType().Match(result.StandardOutput) is { Success: true } type ? type.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^model name\s*:\s*(.+)$", RegexOptions.Multiline)]
    private static partial Regex CpuModel();

    [GeneratedRegex(@"^MemTotal:\s*(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex MemoryTotal();

    [GeneratedRegex(@"^\s*Type: (\S*DDR\S*)", RegexOptions.Multiline)]
    private static partial Regex MemoryType();
}
