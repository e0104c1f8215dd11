using System.Text;

namespace Migrator.Scripts;

/// <summary>A script's text with its placeholders replaced, and the way back from it to the file.</summary>
internal sealed class ResolvedText
{
    // (offset in the resolved text, offset in the file) behind each replacement, ascending.
    private readonly List<(int Resolved, int Original)> _anchors = [];
    private readonly string _original;

    private ResolvedText(string original, string text)
    {
        _original = original;
        Text = text;
    }

    /// <summary>What is sent to the server.</summary>
    public string Text { get; private set; }

    /// <summary>The place in the file of an offset in <see cref="Text"/>.</summary>
    public SourcePosition PositionOf(int offset)
    {
        int shift = 0;
        foreach ((int resolved, int inFile) in _anchors)
        {
            if (resolved > offset)
            {
                break;
            }

            shift = inFile - resolved;
        }

        return SourcePosition.FromOffset(_original, Math.Clamp(offset + shift, 0, _original.Length));
    }

    /// <summary>Replaces <c>${name}</c>; what has no value is a problem, for PostgreSQL would read it as SQL.</summary>
    /// <param name="script">The script.</param>
    /// <param name="values">By name; null leaves the script alone.</param>
    /// <param name="problems">Takes a problem for each placeholder without a value.</param>
    public static ResolvedText Resolve(Script script, IReadOnlyDictionary<string, string>? values, List<Problem> problems)
    {
        string text = script.Text;
        var result = new ResolvedText(text, text);
        if (values is null || !text.Contains("${", StringComparison.Ordinal))
        {
            return result;
        }

        var builder = new StringBuilder(text.Length);
        int done = 0;
        foreach ((int start, string name) in PlaceholdersIn(text))
        {
            int end = start + name.Length + "${}".Length;
            if (!values.TryGetValue(name, out string? value))
            {
                problems.Add(new Problem("placeholder", $"the placeholder ${{{name}}} has no value")
                {
                    Script = script.FileName,
                    Position = SourcePosition.FromOffset(text, start),
                    Advice = $"Give it one with --placeholder {name}=…, or switch placeholders off with --no-placeholders.",
                });
                continue;
            }

            builder.Append(text, done, start - done).Append(value);
            done = end;
            result._anchors.Add((builder.Length, done));
        }

        result.Text = builder.Append(text, done, text.Length - done).ToString();
        return result;
    }

    /// <summary>The placeholders of a text: where each begins, and its name.</summary>
    public static IEnumerable<(int Start, string Name)> PlaceholdersIn(string text)
    {
        for (int start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; start = text.IndexOf("${", start + 2, StringComparison.Ordinal))
        {
            int end = start + 2;
            while (end < text.Length && IsNameCharacter(text[end]))
            {
                end++;
            }

            // "${}" or "${a b}": not a placeholder, but something of the script's own.
            if (end > start + 2 && end < text.Length && text[end] == '}')
            {
                yield return (start, text[(start + 2)..end]);
            }
        }
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
