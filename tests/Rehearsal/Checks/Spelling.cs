namespace Migrator.Rehearsal.Checks;

/// <summary>Guesses what somebody meant.</summary>
internal static class Spelling
{
    /// <summary>The end of a sentence: <c>: did you mean x?</c>, or a full stop when nothing is near.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Distance: Distance(written.ToUpperInvariant(), k.ToUpperInvariant())))
            .OrderBy(k => k.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, written.Length / 4)
            ? $": did you mean {nearest.Name}?"
            : ".";
    }

    /// <summary>How many letters have to be put in, left out or changed (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }
}
