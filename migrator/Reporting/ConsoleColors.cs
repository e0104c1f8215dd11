namespace Migrator.Reporting;

/// <summary>
/// Colors for a terminal. A colored text contains marks instead of control characters, which <see cref="ToAnsi"/> replaces after all
/// control characters from other sources are escaped. Disabled if the output is not a terminal or NO_COLOR is set (https://no-color.org).
/// </summary>
internal sealed class ConsoleColors(bool isOn)
{
    // A mark contains a random text, so that a message of the server cannot contain one.
    private static readonly string s_mark = $"\uFDD2{Guid.NewGuid():N}";
    private static readonly string[] s_codes = ["1", "2", "31", "32", "33", "0"];

    /// <summary>Whether text is colored.</summary>
    public bool IsOn => isOn;

    /// <summary>Returns the colors for stdout or stderr.</summary>
    public static ConsoleColors For(bool isRedirected, IReadOnlyDictionary<string, string> environment)
        => new(!isRedirected
            && environment.GetValueOrDefault("NO_COLOR") is null or ""
            && environment.GetValueOrDefault("TERM") != "dumb");

    public string Bold(string text) => Paint(0, text);

    public string Dim(string text) => Paint(1, text);

    public string Red(string text) => Paint(2, text);

    public string Green(string text) => Paint(3, text);

    public string Yellow(string text) => Paint(4, text);

    /// <summary>Replaces the marks by the control sequences of a terminal.</summary>
    public static string ToAnsi(string text)
    {
        for (int i = 0; i < s_codes.Length && text.Contains(s_mark, StringComparison.Ordinal); i++)
        {
            text = text.Replace($"{s_mark}{i}", $"\u001b[{s_codes[i]}m", StringComparison.Ordinal);
        }

        return text;
    }

    private string Paint(int code, string text) => isOn ? $"{s_mark}{code}{text}{s_mark}{s_codes.Length - 1}" : text;
}
