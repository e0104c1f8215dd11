using System.Globalization;

namespace Migrator.Reporting;

/// <summary>Formats durations and counts as text.</summary>
internal static class TextStyle
{
    /// <summary>Formats a duration, such as <c>12 ms</c>, <c>3.2 s</c> or <c>2 min 5 s</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };

    /// <summary>Formats a count, such as <c>1 migration</c> or <c>3 migrations</c>.</summary>
    public static string Count(int number, string noun)
        => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
