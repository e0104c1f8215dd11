using System.Globalization;

namespace Migrator.Scripts;

/// <summary>
/// The version in the name of a script: numbers separated by dots or single underscores, as in <c>V1_2__x.sql</c>.
/// Versions are compared number by number, as in Evolve: <c>01</c> equals <c>1</c>, and <c>1</c> comes before <c>1.0</c>.
/// </summary>
internal sealed class ScriptVersion : IComparable<ScriptVersion>, IEquatable<ScriptVersion>
{
    /// <summary>The maximum length of a version: the history table stores it as VARCHAR(50).</summary>
    public const int MaxLabelLength = 50;

    private readonly long[] _parts;

    private ScriptVersion(string label, long[] parts)
    {
        Label = label;
        _parts = parts;
    }

    /// <summary>The version as in the history table, with dots: <c>1.2</c>.</summary>
    public string Label { get; }

    /// <summary>Parses a version.</summary>
    /// <param name="text">The text, such as <c>12</c>, <c>1.2</c> or <c>1_2</c>.</param>
    /// <param name="version">The version; null if the text is not valid.</param>
    /// <param name="problem">The reason why the text is not valid, as the end of a sentence that starts with "the version"; otherwise null.</param>
    public static bool TryParse(
        string text,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ScriptVersion? version,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem)
    {
        version = null;
        problem = null;
        string label = text.Replace('_', '.');
        if (label.Length == 0)
        {
            problem = "is missing";
            return false;
        }

        if (label.Length > MaxLabelLength)
        {
            problem = $"is longer than the {MaxLabelLength} characters that the history table can store";
            return false;
        }

        string[] pieces = label.Split('.');
        var parts = new long[pieces.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Length == 0 || !pieces[i].All(char.IsAsciiDigit))
            {
                problem = $"'{text}' must consist of numbers separated by dots or single underscores";
                return false;
            }

            if (!long.TryParse(pieces[i], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
            {
                problem = $"'{text}' contains a number above {long.MaxValue}";
                return false;
            }
        }

        // Evolve treats version 0 as applied, and would silently skip the script.
        if (parts is [0])
        {
            problem = "must be above 0";
            return false;
        }

        version = new ScriptVersion(label, parts);
        return true;
    }

    public int CompareTo(ScriptVersion? other)
        => other is null ? 1 : _parts.AsSpan().SequenceCompareTo(other._parts);

    public bool Equals(ScriptVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as ScriptVersion);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (long part in _parts)
        {
            hash.Add(part);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => Label;
}
