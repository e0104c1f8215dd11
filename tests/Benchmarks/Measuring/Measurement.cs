namespace Migrator.Benchmarks.Measuring;

/// <summary>One run of a command, from before it was started until it was gone.</summary>
/// <param name="ExitCode">Its exit code; 128 + signal when a signal ended it.</param>
/// <param name="Wall">The time that passed.</param>
/// <param name="Cpu">Processor time, its children's included; the server's is not.</param>
/// <param name="PeakRss">In KiB; means something only from <see cref="Measure.Memory"/>.</param>
internal sealed record Measurement(int ExitCode, TimeSpan Wall, TimeSpan Cpu, long PeakRss);
