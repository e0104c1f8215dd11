using System.Text;

namespace Migrator.Configuration;

/// <summary>
/// Parses a connection string of libpq keywords, as psql accepts it: <c>host=db user=app password='two words'</c>
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE).
/// </summary>
internal static class LibpqKeywords
{
    /// <summary>Parses a connection string. Npgsql keywords look similar, but are separated by semicolons.</summary>
    /// <returns>The keywords; null if the text does not have this form.</returns>
    public static Dictionary<string, string>? TryParse(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = 0;
        while (SkipSpaces(text, ref at))
        {
            int begin = at;
            while (at < text.Length && (char.IsAsciiLetterLower(text[at]) || text[at] == '_'))
            {
                at++;
            }

            string keyword = text[begin..at];
            if (keyword.Length == 0 || !SkipSpaces(text, ref at) || text[at] != '=')
            {
                return null;
            }

            at++;
            SkipSpaces(text, ref at);
            if (Value(text, ref at) is not { } value)
            {
                return null;
            }

            result[keyword] = value;
        }

        return result;
    }

    private static string? Value(string text, ref int at)
    {
        bool isQuoted = at < text.Length && text[at] == '\'';
        var value = new StringBuilder();
        for (at += isQuoted ? 1 : 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\\' && at + 1 < text.Length)
            {
                c = text[++at];
            }
            else if (isQuoted ? c == '\'' : char.IsWhiteSpace(c))
            {
                break;
            }
            else if (!isQuoted && c == ';')
            {
                return null;
            }

            value.Append(c);
        }

        if (isQuoted && at++ == text.Length)
        {
            return null;
        }

        return value.ToString();
    }

    private static bool SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length;
    }
}
