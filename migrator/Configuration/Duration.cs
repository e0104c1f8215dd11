using System.Globalization;

namespace Migrator.Configuration;

/// <summary>Times as people write them: <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, <c>1m30s</c>; <c>none</c> for no limit.</summary>
internal static class Duration
{
    public const string Forms = "500ms, 5s, 2m, 1h or none";

    /// <summary>The longest time that PostgreSQL's timeouts hold (an int of milliseconds), about 24 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Reads a time. <c>none</c> gives null, which means no limit.</summary>
    public static bool TryParse(string text, out TimeSpan? value)
    {
        value = null;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        double total = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return false;
            }

            rest = rest[digits..];
            int letters = rest.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            double milliseconds = unit switch
            {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                "h" => 3_600_000,
                _ => double.NaN,
            };
            total += number * milliseconds;
            rest = rest[unit.Length..];
        }

        // Also false for NaN: an unknown unit.
        if (!(total <= Longest.TotalMilliseconds))
        {
            return false;
        }

        value = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>The shortest text that reads back to the same time.</summary>
    public static string Format(TimeSpan? value) => value switch
    {
        null => "none",
        { TotalMilliseconds: var ms } when ms == 0 => "0s",
        { TotalMilliseconds: var ms } when ms % 3_600_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000}h"),
        { TotalMilliseconds: var ms } when ms % 60_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000}m"),
        { TotalMilliseconds: var ms } when ms % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1_000}s"),
        { TotalMilliseconds: var ms } => string.Create(CultureInfo.InvariantCulture, $"{ms}ms"),
    };
}
