using Migrator.Benchmarks;
using Migrator.Tooling;
using Migrator.Tooling.Processes;

var (options, exitCode) = BenchmarkOptions.Read(args);
if (options is null)
{
    return exitCode;
}

using var interruption = new Interruption();
try
{
    await Benchmark.RunAsync(options, Console.Out, Console.Error.WriteLine, interruption.Token);
    return 0;
}
catch (Exception) when (interruption.ExitCode is not null)
{
    return interruption.ExitCode.Value;
}
catch (ToolingException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
