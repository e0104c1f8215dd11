using System.Diagnostics;
using System.Globalization;

namespace Migrator.Demo.Narration;

/// <summary>What went on from when to when, since it was made; drawn as bars under each other.</summary>
internal sealed class Timeline
{
    private const int Width = 48;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Span> _spans = [];

    /// <summary>Something begins now.</summary>
    public Span Begin(string what)
    {
        var span = new Span(what, _clock);
        _spans.Add(span);
        return span;
    }

    /// <summary>A line for each, in the order in which they began.</summary>
    public IEnumerable<string> Lines(TerminalStyle style)
    {
        if (_spans.Count == 0)
        {
            return [];
        }

        var origin = _spans.Min(span => span.From);
        var scale = Width / Math.Max((_spans.Max(span => span.To) - origin).TotalSeconds, 0.001);
        var label = _spans.Max(span => span.Text.Length);
        return _spans.Select(span =>
        {
            var (from, to) = ((span.From - origin).TotalSeconds, (span.To - origin).TotalSeconds);
            var first = Math.Min((int)(from * scale), Width - 1);
            var length = Math.Clamp((int)Math.Round((to - from) * scale), 1, Width - first);
            var bar = (new string(' ', first) + new string(style.Bar, length)).PadRight(Width);
            return string.Create(
                CultureInfo.InvariantCulture, $"{span.Text.PadRight(label)} {from,6:0.00} s to {to,6:0.00} s  |{bar}|");
        });
    }

    /// <summary>One bar.</summary>
    internal sealed class Span(string what, Stopwatch clock)
    {
        private TimeSpan? _to;

        public TimeSpan From { get; } = clock.Elapsed;

        /// <summary>Its end; now, while it has none.</summary>
        public TimeSpan To => _to ?? clock.Elapsed;

        /// <summary>What came of it, or null.</summary>
        public string? Outcome { get; set; }

        public string Text => Outcome is null ? what : $"{what}: {Outcome}";

        /// <summary>It ends now.</summary>
        public void End() => _to = clock.Elapsed;
    }
}
