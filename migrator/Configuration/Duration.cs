using System.Globalization;

namespace Migrator.Configuration;

/// <summary>Parses and formats durations such as <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c> and <c>1m30s</c>; <c>none</c> means no limit.</summary>
internal static class Duration
{
    /// <summary>Examples of valid durations, for error messages.</summary>
    public const string Examples = "500ms, 5s, 2m, 1h or none";

    /// <summary>The maximum of PostgreSQL's timeout settings (an int of milliseconds), about 24 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Parses a duration. The value is null for <c>none</c>, which means no limit.</summary>
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

        // The comparison is also false for NaN, which marks an unknown unit.
        if (!(total <= Longest.TotalMilliseconds))
        {
            return false;
        }

        value = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Returns the shortest text that parses to the same duration.</summary>
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
