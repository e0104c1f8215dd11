namespace Migrator.Rehearsal.Expressions;

/// <summary>Splits an expression of Spring's expression language into tokens.</summary>
internal static class Tokenizer
{
    // The first match is used, so longer operators come first.
    private static readonly string[] s_operators =
    [
        ".?[", "==", "!=", "<=", ">=", "&&", "||", "?:", "?.",
        "#", ".", "[", "]", "(", ")", ",", "?", ":", "!", "<", ">", "+", "-",
    ];

    public static IReadOnlyList<Token> Tokenize(string text)
    {
        List<Token> tokens = [];
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var (token, length) = At(text, i);
            tokens.Add(token);
            i += length;
        }

        tokens.Add(new Token(TokenKind.End, ""));
        return tokens;
    }

    private static (Token Token, int Length) At(string text, int start)
    {
        var first = text[start];
        if (first is '\'' or '"')
        {
            return Quoted(text, start, first);
        }

        if (char.IsLetter(first) || first == '_')
        {
            return Run(text, start, TokenKind.Name, c => char.IsLetterOrDigit(c) || c == '_');
        }

        if (char.IsDigit(first))
        {
            return Run(text, start, TokenKind.Number, c => char.IsDigit(c) || c == '.');
        }

        var found = Array.Find(s_operators, o => text.AsSpan(start).StartsWith(o, StringComparison.Ordinal));
        return found is null
            ? throw new ExpressionException($"Unsupported character '{first}' in '{text}'.")
            : (new Token(TokenKind.Operator, found), found.Length);
    }

    private static (Token Token, int Length) Run(string text, int start, TokenKind kind, Func<char, bool> belongs)
    {
        var end = start;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return (new Token(kind, text[start..end]), end - start);
    }

    /// <summary>Reads a string. A doubled quote inside it means one quote.</summary>
    private static (Token Token, int Length) Quoted(string text, int start, char quote)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                if (i + 1 < text.Length && text[i + 1] == quote)
                {
                    i++;
                    continue;
                }

                var value = text[(start + 1)..i].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
                return (new Token(TokenKind.String, value), i + 1 - start);
            }
        }

        throw new ExpressionException($"A string in '{text}' has no closing quote.");
    }
}
