namespace Migrator.Rehearsal.Checks;

/// <summary>Suggests the known name that is closest to a misspelled one.</summary>
internal static class Spelling
{
    /// <summary>Returns the end of a message: <c>. Did you mean x?</c>, or a full stop if no known name is similar.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Distance: Distance(written.ToUpperInvariant(), k.ToUpperInvariant())))
            .OrderBy(k => k.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, written.Length / 4)
            ? $". Did you mean {nearest.Name}?"
            : ".";
    }

    /// <summary>Returns the Levenshtein distance.</summary>
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
