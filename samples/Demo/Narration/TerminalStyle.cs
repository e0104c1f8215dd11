using System.Text;

namespace Migrator.Demo.Narration;

/// <summary>
/// The style of the output. Colors are used in a terminal unless <c>NO_COLOR</c> is set (https://no-color.org), symbols
/// if the output encoding is UTF-8.
/// </summary>
internal sealed record TerminalStyle(bool HasColors, bool HasSymbols)
{
    public string Check => Green(HasSymbols ? "✓" : "ok");

    public string Cross => Red(HasSymbols ? "✗" : "FAILED");

    public char Bar => HasSymbols ? '█' : '#';

    /// <summary>Detects the style of this process's console.</summary>
    public static TerminalStyle OfConsole() => new(
        !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage);

    public string Bold(string text) => Paint(1, text);

    public string Dim(string text) => Paint(2, text);

    public string Red(string text) => Paint(31, text);

    public string Green(string text) => Paint(32, text);

    private string Paint(int code, string text) => HasColors ? $"\e[{code}m{text}\e[0m" : text;
}
