using System.Globalization;

namespace Migrator.Demo.Narration;

/// <summary>Formats durations: <c>12 ms</c>, <c>3.2 s</c>, <c>2 min 5 s</c>.</summary>
internal static class Elapsed
{
    public static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };
}
