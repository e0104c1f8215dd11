using System.Globalization;
using System.Security;
using System.Text;
using Migrator.Benchmarks.Cases;
using Migrator.Benchmarks.Contenders;

namespace Migrator.Benchmarks.Reporting;

/// <summary>
/// Draws the ratios as a chart. Each case has one bar for each contender, from the line of the reference to the left
/// (faster) or to the right (slower). It is readable on light and dark backgrounds.
/// </summary>
internal static class SvgReport
{
    private const int Width = 760;
    private const int BarsLeft = 150;
    private const int BarsRight = Width - 60;
    private const int Row = 18;
    private const int BarHeight = 12;
    private const int Top = 46;

    private const string Style = """
        text { font: 12px system-ui, sans-serif; fill: #24292f }
        .small { font-size: 11px; fill: #57606a }
        .title { font-weight: 600 }
        .peer { fill: #8c959f }
        .own { fill: #0969da }
        .tick { stroke: #d0d7de }
        .reference { stroke: #24292f; stroke-width: 1.5 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .small { fill: #9198a1 }
          .peer { fill: #656c76 }
          .own { fill: #4493f8 }
          .tick { stroke: #30363d }
          .reference { stroke: #e6edf3 }
        }
        """;

    /// <summary>Returns the report as SVG.</summary>
    public static string Of(Report report)
    {
        var scale = new RatioScale(BarsLeft, BarsRight, [.. report.Cases.SelectMany(Measured).Select(Median)]);
        var bars = new StringBuilder();
        var y = Top;
        foreach (var result in report.Cases)
        {
            y += Row / 2;
            AddText(bars, "title", 8, y + BarHeight, result.Case.Title);
            y += Row;
            ContenderResult[] shown = [.. result.Contenders.Where(contender => contender.Contender != Psql.ContenderName)];
            AddLines(bars, scale, y - 2, y + (shown.Length * Row) - 2);
            foreach (var contender in shown)
            {
                AddBar(bars, scale, contender, y);
                y += Row;
            }
        }

        var height = y + 44;
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img">""");
        Add(svg, $"<title>Wall time of migrate and similar tools, relative to psql</title>");
        Add(svg, $"<style>\n{Style}\n</style>");
        AddText(svg, "title", 8, 18, "Wall time relative to psql with the minimal work for the case");
        AddText(svg, "small", 8, 34, "median of the ratios of all rounds; logarithmic scale; bars to the left are faster than psql");
        svg.Append(bars);
        AddTickLabels(svg, scale, y + 14);
        AddText(svg, "small", 8, y + 36, FormattableString.Invariant(
            $"{report.Date:yyyy-MM-dd}, {report.Machine.Cpu}, {report.Machine.Cores} cores, PostgreSQL {report.Postgres}; ")
            + FormattableString.Invariant($"rounds: {report.Rounds}; remote server: +{report.AddedLatency:0.0} ms per round trip"));
        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void AddLines(StringBuilder svg, RatioScale scale, int top, int bottom)
    {
        foreach (var tick in scale.Ticks)
        {
            var x = scale.Position(tick);
            Add(svg, $"""<line class="{(tick == 1 ? "reference" : "tick")}" x1="{x:0.0}" y1="{top}" x2="{x:0.0}" y2="{bottom}"/>""");
        }
    }

    private static void AddTickLabels(StringBuilder svg, RatioScale scale, int y)
    {
        foreach (var tick in scale.Ticks)
        {
            var label = tick == 1 ? Psql.ContenderName : $"{tick.ToString(CultureInfo.InvariantCulture)}×";
            Add(svg, $"""<text class="small" x="{scale.Position(tick):0.0}" y="{y}" text-anchor="middle">{label}</text>""");
        }
    }

    private static void AddBar(StringBuilder svg, RatioScale scale, ContenderResult contender, int y)
    {
        AddText(svg, "", 24, y + BarHeight - 1, contender.Contender);
        if (contender.FailureReason is not null || contender.Ratio.Count == 0)
        {
            AddText(svg, "small", (int)scale.Position(1) + 6, y + BarHeight - 1, $"– {Shortened(contender.FailureReason)}");
            return;
        }

        var ratio = Median(contender);
        var (from, to) = (scale.Position(Math.Min(ratio, 1)), scale.Position(Math.Max(ratio, 1)));
        var style = contender.Contender == Migrate.ContenderName ? "own" : "peer";
        Add(svg, $"""<rect class="{style}" x="{from:0.0}" y="{y}" width="{Math.Max(to - from, 1):0.0}" height="{BarHeight}" rx="1"/>""");
        AddText(svg, "", (int)to + 6, y + BarHeight - 1, ratio.ToString(ratio < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<ContenderResult> Measured(CaseResult result) =>
        result.Contenders.Where(contender => contender.FailureReason is null && contender.Ratio.Count > 0);

    private static double Median(ContenderResult contender) => Spread.Of(contender.Ratio).Median;

    private static string Shortened(string? text) => text is { Length: > 70 } ? text[..69] + "…" : text ?? "";

    private static void AddText(StringBuilder svg, string style, int x, int y, string text) =>
        Add(svg, $"""<text class="{style}" x="{x}" y="{y}">{SecurityElement.Escape(text)}</text>""");

    private static void Add(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
