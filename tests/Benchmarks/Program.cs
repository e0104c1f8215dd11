using Migrator.Benchmarks;
using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Reporting;
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
    var contenders = await Field.GetAsync(options.Contenders, Console.Error.WriteLine, interruption.Token);
    using var folder = new TempFolder();
    var measure = new Measure(folder.Path);
    measure.CheckMemory(interruption.Token);
    await using var arena = await Arena.StartAsync(options, interruption.Token);
    var runner = new CaseRunner(arena, measure, options.Rounds, Console.Error.WriteLine, interruption.Token);
    foreach (var benchmark in options.Cases)
    {
        TextReport.Write(Console.Out, await runner.RunAsync(benchmark, contenders));
    }

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
