using System.Globalization;
using Migrator.Benchmarks.Cases;

namespace Migrator.Benchmarks.Reporting;

/// <summary>The tables for people, one per case.</summary>
internal static class TextReport
{
    private static readonly string[] s_columns =
        ["", "wall ms", "min", "max", "ratio", "min", "max", "CPU ms", "peak MB", "round trips"];

    /// <summary>Writes a case's table.</summary>
    public static void Write(TextWriter output, CaseResult result)
    {
        output.WriteLine();
        output.WriteLine($"{result.Case.Title} ({result.Case.Name}; ratio to {result.Case.Yardstick})");
        List<string[]> rows = [s_columns, .. result.Contenders.Where(contender => contender.Missing is null).Select(Row)];
        var widths = s_columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine("  " + string.Join("  ", row.Select((cell, column) =>
                column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        }

        foreach (var contender in result.Contenders.Where(contender => contender.Missing is not null))
        {
            output.WriteLine($"  {contender.Contender.PadRight(widths[0])}  – {contender.Missing}");
        }
    }

    private static string[] Row(ContenderResult result)
    {
        var wall = Spread.Of(result.Wall);
        var ratio = Spread.Of(result.Ratio);
        return
        [
            result.Contender, Number(wall.Median), Number(wall.Min), Number(wall.Max),
            Ratio(ratio.Median), Ratio(ratio.Min), Ratio(ratio.Max),
            Number(Spread.Of(result.Cpu).Median), Number(Spread.Of(result.PeakRss).Median),
            result.RoundTrips?.ToString(CultureInfo.InvariantCulture) ?? "–",
        ];
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
