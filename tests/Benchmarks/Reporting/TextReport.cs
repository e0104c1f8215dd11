using System.Globalization;
using Migrator.Benchmarks.Cases;

namespace Migrator.Benchmarks.Reporting;

/// <summary>Writes the report as text: the machine and the contenders, then one table for each case.</summary>
internal static class TextReport
{
    private static readonly string[] s_columns =
        ["", "wall ms", "min", "max", "ratio", "min", "max", "CPU ms", "peak MB", "round trips"];

    /// <summary>Writes the machine, the server and the contenders.</summary>
    public static void WriteHeader(TextWriter output, Report report)
    {
        output.WriteLine(FormattableString.Invariant($"{report.Date:yyyy-MM-dd HH:mm}, {report.Machine}"));
        output.WriteLine(FormattableString.Invariant(
            $"PostgreSQL {report.Postgres} on 127.0.0.1, fsync {(report.IsDurable ? "on" : "off")}; rounds: {report.Rounds}; ")
            + FormattableString.Invariant($"remote server: +{report.AddedLatency:0.00} ms per round trip"));
        string[][] contenders = [.. report.Contenders.Select(contender => new[] { contender.Name, contender.Version, contender.Note })];
        WriteRows(output, contenders, numbersFrom: 3);
        foreach (var (name, reason) in report.Unavailable)
        {
            output.WriteLine($"  {name}  – {reason}");
        }
    }

    /// <summary>Writes a case's table.</summary>
    public static void Write(TextWriter output, CaseResult result)
    {
        output.WriteLine();
        output.WriteLine($"{result.Case.Title} ({result.Case.Name}; ratio to {result.Case.Reference})");
        WriteRows(output, [s_columns, .. result.Contenders.Select(Row)], numbersFrom: 1);
        foreach (var contender in result.Contenders.Where(contender => contender.FailureReason is not null))
        {
            output.WriteLine($"  – {contender.Contender}: {contender.FailureReason}");
        }
    }

    private static string[] Row(ContenderResult result)
    {
        if (result.FailureReason is not null)
        {
            return [result.Contender, .. Enumerable.Repeat("–", s_columns.Length - 1)];
        }

        var wall = Spread.Of(result.Wall);
        return
        [
            result.Contender, Number(wall.Median), Number(wall.Min), Number(wall.Max),
            .. Ratios(result),
            Number(Spread.Of(result.Cpu).Median), Number(Spread.Of(result.PeakRss).Median),
            result.RoundTrips?.ToString(CultureInfo.InvariantCulture) ?? "–",
        ];
    }

    // There are no ratios if the reference failed.
    private static string[] Ratios(ContenderResult result) => result.Ratio.Count > 0 && Spread.Of(result.Ratio) is var ratio
        ? [Ratio(ratio.Median), Ratio(ratio.Min), Ratio(ratio.Max)]
        : ["–", "–", "–"];

    private static void WriteRows(TextWriter output, string[][] rows, int numbersFrom)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column < numbersFrom ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(("  " + string.Join("  ", cells)).TrimEnd());
        }
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
