namespace Migrator.Benchmarks.Measuring;

/// <summary>The measurement of one run of a command, from before its start until its end.</summary>
/// <param name="ExitCode">The exit code; 128 + signal number after a signal.</param>
/// <param name="Wall">The elapsed time.</param>
/// <param name="Cpu">The CPU time, including child processes but not the server.</param>
/// <param name="PeakRss">The peak resident memory in KiB. It is valid only from <see cref="Measure.Memory"/>.</param>
internal sealed record Measurement(int ExitCode, TimeSpan Wall, TimeSpan Cpu, long PeakRss);
