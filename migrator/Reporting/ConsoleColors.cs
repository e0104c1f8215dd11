namespace Migrator.Reporting;

/// <summary>
/// Colors for a terminal. Disabled if the output is not a terminal or NO_COLOR is set (https://no-color.org).
/// </summary>
internal sealed class ConsoleColors(bool isOn)
{
    private const string Reset = "\u001b[0m";

    /// <summary>Whether text is colored.</summary>
    public bool IsOn => isOn;

    /// <summary>Returns the colors for stdout or stderr.</summary>
    public static ConsoleColors For(bool isRedirected, IReadOnlyDictionary<string, string> environment)
        => new(!isRedirected
            && environment.GetValueOrDefault("NO_COLOR") is null or ""
            && environment.GetValueOrDefault("TERM") != "dumb");

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    public string Dim(string text) => Paint("2", text);

    public string Bold(string text) => Paint("1", text);

    private string Paint(string code, string text) => isOn ? $"\u001b[{code}m{text}{Reset}" : text;
}
