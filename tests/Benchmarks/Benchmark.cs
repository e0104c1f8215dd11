using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Reporting;
using Migrator.Tooling.Processes;

namespace Migrator.Benchmarks;

/// <summary>The whole of it: prepares, measures case by case, and reports.</summary>
internal static class Benchmark
{
    /// <param name="options">What is asked for.</param>
    /// <param name="output">For the answer.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="Tooling.ToolingException">Something that it takes is missing; the message says what to do.</exception>
    public static async Task RunAsync(
        BenchmarkOptions options, TextWriter output, Action<string> progress, CancellationToken cancellationToken)
    {
        var machine = await Machine.ReadAsync(cancellationToken);
        var field = await Field.GetAsync(options.Contenders, options.Baseline, progress, cancellationToken);
        using var folder = new TempFolder();
        var measure = new Measure(folder.Path);
        measure.CheckMemory(cancellationToken);
        await using var arena = await Arena.StartAsync(options, cancellationToken);
        var report = new Report
        {
            Date = DateTimeOffset.Now,
            Machine = machine,
            Postgres = await arena.ServerVersionAsync(cancellationToken),
            IsDurable = options.IsDurable,
            FarRoundTrip = Math.Round(await RoundTripProbe.MeasureAsync(arena, cancellationToken), 3),
            Rounds = options.Rounds,
            Contenders = [.. field.Contenders.Select(contender => Introduce(contender, measure, cancellationToken))],
            Absent = field.Absent,
        };
        TextReport.WriteHead(output, report);

        var runner = new CaseRunner(arena, measure, options.Rounds, progress, cancellationToken);
        foreach (var benchmark in options.Cases)
        {
            var result = await runner.RunAsync(benchmark, field.Contenders);
            TextReport.Write(output, result);
            report = report with { Cases = [.. report.Cases, result] };
            // After each case, so that a long run that is ended early is not lost.
            await WriteAsync(options.JsonFile, JsonReport.Of(report), cancellationToken);
            await WriteAsync(options.SvgFile, SvgReport.Of(report), cancellationToken);
        }

        if (options.ShowsTargets)
        {
            Target.WriteAll(output, report.Cases);
        }
    }

    private static ReportedContender Introduce(Contender contender, Measure measure, CancellationToken cancellationToken)
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
