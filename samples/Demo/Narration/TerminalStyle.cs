using System.Text;

namespace Migrator.Demo.Narration;

/// <summary>
/// Colours, for a terminal whose user has not declined them (https://no-color.org), and signs, for output that can
/// show them.
/// </summary>
internal sealed record TerminalStyle(bool HasColours, bool HasSigns)
{
    public string Check => Green(HasSigns ? "✓" : "ok");

    public string Cross => Red(HasSigns ? "✗" : "FAILED");

    public char Bar => HasSigns ? '█' : '#';

    /// <summary>What the console of this process can show.</summary>
    public static TerminalStyle OfConsole() => new(
        !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage);

    public string Bold(string text) => Paint(1, text);

    public string Dim(string text) => Paint(2, text);

    public string Red(string text) => Paint(31, text);

    public string Green(string text) => Paint(32, text);

    private string Paint(int code, string text) => HasColours ? $"\e[{code}m{text}\e[0m" : text;
}
