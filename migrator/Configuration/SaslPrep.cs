using System.Globalization;
using System.Text;

namespace Migrator.Configuration;

/// <summary>
/// Prepares a password by SASLprep (RFC 4013) for a login with SCRAM, as PostgreSQL does when the password is set (<c>src/common/saslprep.c</c>). .NET
/// normalizes no text in invariant mode (<c>InvariantGlobalization</c>), so this class has tables of its own.
/// </summary>
internal static class SaslPrep
{
    // Hangul syllables are composed by calculation (chapter 3.12 of the Unicode Standard).
    private const int FirstSyllable = 0xAC00, SyllableCount = 11_172;
    private const int FirstLeading = 0x1100, LeadingCount = 19;
    private const int FirstVowel = 0x1161, VowelCount = 21;
    private const int BeforeFirstTrailing = 0x11A7, TrailingCount = 28;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>
    /// Prepares a password. Returns the password unchanged if it contains only ASCII, or if SASLprep prohibits it: PostgreSQL then uses the password as it is.
    /// </summary>
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password))
        {
            return password;
        }

        List<int> mapped = [];
        foreach (Rune rune in password.EnumerateRunes())
        {
            int code = rune.Value;
            if (Data.Value.Space.Contains(code))
            {
                mapped.Add(' ');
            }
            else if (!Data.Value.Nothing.Contains(code))
            {
                mapped.Add(code);
            }
        }

        // EnumerateRunes replaces half of a surrogate pair, which is not valid Unicode.
        bool isValid = new UTF8Encoding(false, false).GetString(Encoding.UTF8.GetBytes(password)) == password;
        if (!isValid || mapped.Count == 0 || IsProhibited(mapped))
        {
            return password;
        }

        var result = new StringBuilder();
        foreach (int code in Compose(Decompose(mapped)))
        {
            result.Append(char.ConvertFromUtf32(code));
        }

        return result.ToString();
    }

    // Like PostgreSQL, checks the text before its normalization.
    private static bool IsProhibited(List<int> text)
    {
        Tables data = Data.Value;
        if (text.Exists(c => data.Prohibited.Contains(c) || data.Unassigned.Contains(c)))
        {
            return true;
        }

        return text.Exists(data.RightToLeft.Contains)
            && (text.Exists(data.LeftToRight.Contains) || !data.RightToLeft.Contains(text[0]) || !data.RightToLeft.Contains(text[^1]));
    }

    // The compatibility decomposition, with combining characters in canonical order.
    private static List<int> Decompose(List<int> text)
    {
        List<int> result = [];
        foreach (int code in text)
        {
            int syllable = code - FirstSyllable;
            int[] parts = syllable is >= 0 and < SyllableCount
                ? [FirstLeading + (syllable / (VowelCount * TrailingCount)), FirstVowel + (syllable / TrailingCount % VowelCount), BeforeFirstTrailing + (syllable % TrailingCount)]
                : Data.Value.Decomposition.GetValueOrDefault(code) ?? [code];
            foreach (int part in parts.Where(p => p != BeforeFirstTrailing))
            {
                int at = result.Count;
                int order = ClassOf(part);
                while (order > 0 && at > 0 && ClassOf(result[at - 1]) > order)
                {
                    at--;
                }

                result.Insert(at, part);
            }
        }

        return result;
    }

    // Combines each character with the last starter before it, unless a character between them blocks it.
    private static List<int> Compose(List<int> text)
    {
        List<int> result = [];
        int starter = -1;
        int lastClass = 0;
        foreach (int code in text)
        {
            int order = ClassOf(code);
            bool isBlocked = starter < 0 || (starter < result.Count - 1 && lastClass >= order);
            if (!isBlocked && Compose(result[starter], code) is { } composed)
            {
                result[starter] = composed;
                continue;
            }

            starter = order == 0 ? result.Count : starter;
            lastClass = order;
            result.Add(code);
        }

        return result;
    }

    private static int? Compose(int first, int second)
    {
        if (first - FirstLeading is >= 0 and < LeadingCount && second - FirstVowel is >= 0 and < VowelCount)
        {
            return FirstSyllable + ((((first - FirstLeading) * VowelCount) + second - FirstVowel) * TrailingCount);
        }

        if (first - FirstSyllable is >= 0 and < SyllableCount && (first - FirstSyllable) % TrailingCount == 0 && second - BeforeFirstTrailing is > 0 and < TrailingCount)
        {
            return first + second - BeforeFirstTrailing;
        }

        return Data.Value.Composition.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private static int ClassOf(int code) => Data.Value.CombiningClass.GetValueOrDefault(code);

    /// <summary>Ranges of code points in ascending order.</summary>
    private sealed class Ranges
    {
        private readonly List<int> _first = [];
        private readonly List<int> _last = [];

        public void Add(int first, int last)
        {
            _first.Add(first);
            _last.Add(last);
        }

        public bool Contains(int code)
        {
            int at = _first.BinarySearch(code);
            at = at < 0 ? ~at - 1 : at;
            return at >= 0 && code <= _last[at];
        }
    }

    /// <summary>The content of <c>saslprep.txt</c>. It is read only if a password contains other characters than ASCII.</summary>
    private sealed class Tables
    {
        public Ranges Space { get; } = new();

        public Ranges Nothing { get; } = new();

        public Ranges Prohibited { get; } = new();

        public Ranges Unassigned { get; } = new();

        public Ranges RightToLeft { get; } = new();

        public Ranges LeftToRight { get; } = new();

        public Dictionary<int, int> CombiningClass { get; } = [];

        public Dictionary<(int First, int Second), int> Composition { get; } = [];

        public Dictionary<int, int[]> Decomposition { get; } = [];

        public static Tables Read()
        {
            var tables = new Tables();
            using var file = new StreamReader(typeof(SaslPrep).Assembly.GetManifestResourceStream("saslprep.txt")!);
            Action<string> add = _ => { };
            while (file.ReadLine() is { } line)
            {
                if (line.StartsWith('['))
                {
                    add = tables.Section(line);
                }
                else if (!line.StartsWith('#'))
                {
                    foreach (string item in line.Split(' '))
                    {
                        add(item);
                    }
                }
            }

            return tables;
        }

        private Action<string> Section(string name) => name switch
        {
            "[space]" => item => Add(Space, item),
            "[nothing]" => item => Add(Nothing, item),
            "[prohibited]" => item => Add(Prohibited, item),
            "[unassigned]" => item => Add(Unassigned, item),
            "[right-to-left]" => item => Add(RightToLeft, item),
            "[left-to-right]" => item => Add(LeftToRight, item),
            "[combining class]" => AddClass,
            "[composition]" => item => Composition.Add((Codes(item)[0], Codes(item)[1]), Number(item.Split('=')[0])),
            "[decomposition]" => item => Decomposition.Add(Number(item.Split('=')[0]), Codes(item)),
            _ => throw new FormatException(name),
        };

        private static void Add(Ranges ranges, string item)
        {
            string[] ends = item.Split('-');
            ranges.Add(Number(ends[0]), Number(ends[^1]));
        }

        private void AddClass(string item)
        {
            string[] parts = item.Split('=');
            string[] ends = parts[0].Split('-');
            for (int code = Number(ends[0]); code <= Number(ends[^1]); code++)
            {
                CombiningClass.Add(code, int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }

        private static int[] Codes(string item) => [.. item.Split('=')[1].Split('+').Select(Number)];

        private static int Number(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
