using System.Globalization;

namespace Migrator.Demo.Narration;

/// <summary>A period with a label.</summary>
/// <param name="Text">What happened, and the result.</param>
/// <param name="From">Its start.</param>
/// <param name="To">Its end.</param>
internal sealed record TimelineBar(string Text, DateTimeOffset From, DateTimeOffset To);

/// <summary>Draws periods as bars below each other.</summary>
internal static class Timeline
{
    private const int Width = 48;

    /// <summary>Returns one line for each bar, in the given order.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<TimelineBar> bars, TerminalStyle style)
    {
        var origin = bars.Min(bar => bar.From);
        var scale = Width / Math.Max((bars.Max(bar => bar.To) - origin).TotalSeconds, 0.001);
        var label = bars.Max(bar => bar.Text.Length);
        return bars.Select(bar =>
        {
            var (from, to) = ((bar.From - origin).TotalSeconds, (bar.To - origin).TotalSeconds);
            var first = Math.Min((int)(from * scale), Width - 1);
            var length = Math.Clamp((int)Math.Round((to - from) * scale), 1, Width - first);
            var drawn = (new string(' ', first) + new string(style.Bar, length)).PadRight(Width);
            return string.Create(
                CultureInfo.InvariantCulture, $"{bar.Text.PadRight(label)} {from,5:0.0} s to {to,5:0.0} s |{drawn}|");
        });
    }
}
