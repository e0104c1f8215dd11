using System.Globalization;
using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;

namespace Migrator.Benchmarks.Reporting;

/// <summary>A performance target of migrate.</summary>
/// <param name="Case">The name of the case.</param>
/// <param name="Meaning">A description of the target.</param>
/// <param name="Most">The maximum value.</param>
/// <param name="Reached">Returns the measured values from migrate's result.</param>
internal sealed record Target(string Case, string Meaning, double Most, Func<ContenderResult, IReadOnlyList<double>> Reached)
{
    private static readonly Target[] s_all =
    [
        Ratio("noop-200", "no-op, 200 applied, to psql -c", 2.0),
        Ratio("noop-2000", "no-op, 2,000 applied, to psql -c", 4.0),
        Ratio("noop-10000", "no-op, 10,000 applied, to psql -c", 16),
        Ratio("apply-200", "apply 200, to psql -1", 1.15),
        Ratio("apply-200-remote", "apply 200, remote, to psql -1", 0.75),
        new("noop-2000", "peak MB, 2,000 applied", 30, result => result.PeakRss),
        new("apply-2000", "peak MB, applying 2,000", 30, result => result.PeakRss),
    ];

    /// <summary>Writes each target and the measured value. A case that was not run has a dash.</summary>
    public static void WriteAll(TextWriter output, IReadOnlyList<CaseResult> results)
    {
        output.WriteLine();
        output.WriteLine("Targets");
        foreach (var target in s_all)
        {
            var values = results.FirstOrDefault(result => result.Case.Name == target.Case)
                ?.Contenders.FirstOrDefault(contender => contender is { Contender: Migrate.ContenderName, FailureReason: null }) is { } own
                ? target.Reached(own)
                : [];
            double? median = values.Count > 0 ? Spread.Of(values).Median : null;
            var reached = median?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
            output.WriteLine(FormattableString.Invariant(
                $"  {target.Meaning,-34}  at most {target.Most,5:0.00}  reached {reached,6}  {Answer(median, target.Most)}").TrimEnd());
        }
    }

    private static string Answer(double? median, double most) => median switch
    {
        null => "",
        _ when median <= most => "yes",
        _ => "no",
    };

    private static Target Ratio(string benchmark, string meaning, double most) => new(benchmark, meaning, most, result => result.Ratio);
}
