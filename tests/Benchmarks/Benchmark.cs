using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Reporting;
using Migrator.Tooling.Processes;

namespace Migrator.Benchmarks;

/// <summary>Runs the benchmark: prepares it, measures each case, and reports the results.</summary>
internal static class Benchmark
{
    /// <param name="options">The options.</param>
    /// <param name="output">Receives the report.</param>
    /// <param name="progress">Receives progress messages.</param>
    /// <param name="cancellationToken">Cancels the benchmark.</param>
    /// <exception cref="Tooling.ToolingException">A required tool is missing. The message says what to do.</exception>
    public static async Task RunAsync(
        BenchmarkOptions options, TextWriter output, Action<string> progress, CancellationToken cancellationToken)
    {
        var machine = await Machine.ReadAsync(cancellationToken);
        var contenderSet = await ContenderSet.GetAsync(options.Contenders, options.Baseline, progress, cancellationToken);
        using var folder = new TempFolder();
        var measure = new Measure(folder.Path);
        measure.CheckMemory(cancellationToken);
        await using var environment = await BenchmarkEnvironment.StartAsync(options, cancellationToken);
        var report = new Report
        {
            Date = DateTimeOffset.Now,
            Machine = machine,
            Postgres = await environment.ServerVersionAsync(cancellationToken),
            IsDurable = options.IsDurable,
            AddedLatency = Math.Round(await RoundTripProbe.MeasureAsync(environment, cancellationToken), 3),
            Rounds = options.Rounds,
            Contenders = [.. contenderSet.Contenders.Select(contender => Describe(contender, measure, cancellationToken))],
            Unavailable = contenderSet.Unavailable,
        };
        TextReport.WriteHeader(output, report);

        var runner = new CaseRunner(environment, measure, options.Rounds, progress, cancellationToken);
        foreach (var benchmark in options.Cases)
        {
            var result = await runner.RunAsync(benchmark, contenderSet.Contenders);
            TextReport.Write(output, result);
            report = report with { Cases = [.. report.Cases, result] };
            // Writes the files after each case, so the results of an interrupted run are kept.
            await WriteAsync(options.JsonFile, JsonReport.Of(report), cancellationToken);
            await WriteAsync(options.SvgFile, SvgReport.Of(report), cancellationToken);
        }

        if (options.ShowsTargets)
        {
            Target.WriteAll(output, report.Cases);
        }
    }

    private static ReportedContender Describe(Contender contender, Measure measure, CancellationToken cancellationToken)
    {
        measure.Time(contender.Version, cancellationToken);
        return new ReportedContender(contender.Name, contender.VersionOf(measure.Output), contender.Note);
    }

    private static async Task WriteAsync(string? file, string content, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, content, cancellationToken);
        }
    }
}
