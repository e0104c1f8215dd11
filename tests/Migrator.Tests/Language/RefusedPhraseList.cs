using System.Text.RegularExpressions;

namespace Migrator.Tests.Language;

/// <summary>Finds refused phrases in a text.</summary>
internal sealed partial class RefusedPhraseList
{
    // Longest first: of two phrases that begin at the same word, the longer one has the better hint.
    private readonly Dictionary<string, RefusedPhrase[]> _byFirstWord;
    private readonly (RefusedPhrase Phrase, Regex Pattern)[] _identifiers;

    /// <param name="list">One phrase a line, then optionally a tab and a hint. Empty lines and lines that begin with # are skipped.</param>
    public RefusedPhraseList(string list)
    {
        Phrases =
        [
            .. list.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split('\t', 2))
                .Select(parts => new RefusedPhrase(parts[0], parts.Length > 1 ? parts[1] : null)),
        ];
        _byFirstWord = Phrases.Where(phrase => !phrase.IsIdentifier).GroupBy(phrase => phrase.Words[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.OrderByDescending(phrase => phrase.Words.Length).ToArray(), StringComparer.OrdinalIgnoreCase);
        _identifiers =
        [
            .. Phrases.Where(phrase => phrase.IsIdentifier)
                .Select(phrase => (phrase, new Regex($"(?<![A-Z]){Regex.Escape(phrase.Text)}(?![a-z])", RegexOptions.CultureInvariant))),
        ];
    }

    /// <summary>The phrases, in the order of the list.</summary>
    public IReadOnlyList<RefusedPhrase> Phrases { get; }

    /// <summary>Returns each phrase of the text with the line in which it begins, counted from 1.</summary>
    public IEnumerable<(int Line, RefusedPhrase Phrase)> Find(string text)
    {
        int line = 1;
        int counted = 0;
        foreach (var (index, phrase) in FindPhrases(text).Concat(FindIdentifiers(text)).OrderBy(found => found.Index))
        {
            line += text.AsSpan(counted, index - counted).Count('\n');
            counted = index;
            yield return (line, phrase);
        }
    }

    private List<(int Index, RefusedPhrase Phrase)> FindPhrases(string text)
    {
        var found = new List<(int, RefusedPhrase)>();
        var byFirstWord = _byFirstWord.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = Word().Matches(text);
        for (int i = 0; i < words.Count; i++)
        {
            if (byFirstWord.TryGetValue(words[i].ValueSpan, out var candidates)
                && candidates.FirstOrDefault(candidate => IsAt(text, words, i, candidate.Words)) is { } phrase)
            {
                found.Add((words[i].Index, phrase));
                i += phrase.Words.Length - 1;
            }
        }

        return found;
    }

    private IEnumerable<(int Index, RefusedPhrase Phrase)> FindIdentifiers(string text) =>
        _identifiers.SelectMany(identifier => identifier.Pattern.Matches(text).Select(match => (match.Index, identifier.Phrase)));

    private static bool IsAt(string text, MatchCollection words, int first, string[] phrase)
    {
        for (int i = 1; i < phrase.Length; i++)
        {
            if (first + i >= words.Count || !words[first + i].ValueSpan.Equals(phrase[i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            int end = words[first + i - 1].Index + words[first + i - 1].Length;
            if (!Separator().IsMatch(text.AsSpan(end, words[first + i].Index - end)))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();

    // White space, an underscore, a comment marker at the start of a line, or a string that continues in another literal.
    [GeneratedRegex("""^(?:[ \t_]|\r?\n[ \t]*(?:///?|--|#|\*|>)?|"\s*\+\s*\$?")+$""")]
    private static partial Regex Separator();
}
