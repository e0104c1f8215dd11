using System.Globalization;
using System.Text;

namespace Migrator.Reporting;

/// <summary>
/// Makes text safe to print. Names, messages of the server and rows of the history may contain any character. Control characters can
/// change a terminal, bidirectional characters can change the order in which a line is read, and a line that begins with <c>::</c> is
/// a command for GitHub Actions
/// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
/// </summary>
internal static class PrintableText
{
    // GitHub Actions, Azure Pipelines, TeamCity.
    private static readonly string[] s_commands = ["##[", "##vso[", "##teamcity["];

    /// <summary>Escapes a text that must stay on one line.</summary>
    public static string Line(string text) => Lines(text.ReplaceLineEndings("\\n"));

    /// <summary>Escapes a text of several lines.</summary>
    public static string Lines(string text)
    {
        // Nearly all text is a single line of ordinary characters.
        string escaped = Escape(text);
        return escaped.Contains("::", StringComparison.Ordinal) || escaped.Contains("##", StringComparison.Ordinal)
            ? string.Join('\n', escaped.Split('\n').Select(WithoutCommand))
            : escaped;
    }

    /// <summary>Escapes the commands that CI systems find anywhere in a line. A JSON document stays the same for a JSON parser.</summary>
    public static string WithoutHashCommands(string text)
        => s_commands.Aggregate(text, (t, c) => t.Replace(c, $"\\u0023{c[1..]}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Replaces surrogates that are not part of a pair, which have no UTF-8 form.</summary>
    public static string Valid(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    // The runner of GitHub Actions ignores spaces before "::", and finds "##[" anywhere in a line. Azure Pipelines uses "##vso[".
    private static string WithoutCommand(string line)
    {
        string trimmed = line.TrimStart();
        line = trimmed.StartsWith("::", StringComparison.Ordinal) ? $"{line[..^trimmed.Length]}\\u003a{trimmed[1..]}" : line;
        return WithoutHashCommands(line);
    }

    /// <summary>Escapes control characters, bidirectional characters and invalid surrogates.</summary>
    public static string Escape(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        foreach (Rune rune in Valid(text).Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            result.Append(!IsUnsafe(rune) ? rune.ToString()
                : rune.IsBmp ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
                : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"));
        }

        return result.ToString();
    }

    private static bool IsUnsafe(char c) => char.IsSurrogate(c) || IsUnsafe(new Rune(c));

    private static bool IsUnsafe(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t'));
}
