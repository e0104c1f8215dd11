namespace Migrator.Sql.Lexing;

/// <summary>
/// Reads a statement token by token and skips comments. Keywords are case-insensitive.
/// </summary>
internal ref struct StatementReader
{
    private readonly ReadOnlySpan<char> text;
    private SqlLexer lexer;

    /// <summary>Reads the first token.</summary>
    /// <param name="statement">The text of the statement.</param>
    /// <param name="hasStandardStrings">See <see cref="SqlLexer"/>.</param>
    public StatementReader(ReadOnlySpan<char> statement, bool hasStandardStrings = true)
    {
        text = statement;
        lexer = new SqlLexer(statement, hasStandardStrings);
        Current = lexer.NextSignificant();
    }

    /// <summary>The current token.</summary>
    public SqlToken Current { get; private set; }

    public readonly bool AtEnd => Current.Kind == SqlTokenKind.End;

    /// <summary>The characters of <see cref="Current"/>.</summary>
    public readonly ReadOnlySpan<char> CurrentText => text[Current.Start..Current.End];

    /// <summary>Whether <see cref="Current"/> is a string literal: <c>'…'</c> or <c>$tag$…$tag$</c>.</summary>
    public readonly bool IsString => Current.Kind is SqlTokenKind.String or SqlTokenKind.DollarString;

    /// <summary>The offsets of the text between the quotes of <see cref="Current"/>, which must be a string literal.</summary>
    public readonly (int Start, int End) InsideQuotes
    {
        get
        {
            bool isDollar = Current.Kind == SqlTokenKind.DollarString;
            int delimiter = isDollar ? CurrentText[1..].IndexOf('$') + 2 : 1;
            int start = Current.Start + (isDollar ? delimiter : CurrentText.IndexOf('\'') + 1);
            return (start, Math.Max(start, Current.End - delimiter));
        }
    }

    /// <summary>
    /// The value of <see cref="Current"/>: a string without its quotes, a name without its quotes, or any other token as it is. Backslash escapes are not
    /// resolved.
    /// </summary>
    public readonly string Value
    {
        get
        {
            if (!IsString)
            {
                return SqlName.Resolve(Current.Kind, CurrentText) ?? CurrentText.ToString();
            }

            (int start, int end) = InsideQuotes;
            string inside = text[start..end].ToString();
            return Current.Kind == SqlTokenKind.String ? inside.Replace("''", "'", StringComparison.Ordinal) : inside;
        }
    }

    /// <summary>
    /// Whether a statement of procedural code can follow <see cref="Current"/>: a semicolon, or BEGIN, THEN, ELSE or LOOP.
    /// </summary>
    public readonly bool IsBeforeStatement
        => Current.Kind == SqlTokenKind.Semicolon || Is("begin") || Is("then") || Is("else") || Is("loop");

    public readonly bool Is(string keyword) => Current.Kind == SqlTokenKind.Identifier
        && CurrentText.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public void Advance() => Current = lexer.NextSignificant();

    /// <summary>Skips the keyword if it is next.</summary>
    public bool Skip(string keyword)
    {
        if (!Is(keyword))
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary>Skips two keywords if they are next, in this order.</summary>
    public bool Skip(string first, string second)
    {
        StatementReader before = this;
        if (Skip(first) && Skip(second))
        {
            return true;
        }

        this = before;
        return false;
    }

    /// <summary>Skips everything up to and including the next occurrence of the keyword outside parentheses.</summary>
    /// <returns>False if the keyword does not occur. The reader is at the end then.</returns>
    public bool SkipTo(string keyword)
    {
        int depth = 0;
        while (!AtEnd)
        {
            bool found = depth == 0 && Is(keyword);
            depth += Current.Kind switch
            {
                SqlTokenKind.OpenParenthesis => 1,
                SqlTokenKind.CloseParenthesis => -1,
                _ => 0,
            };
            Advance();
            if (found)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Skips parentheses or square brackets and their content, if they are next; otherwise skips one token.</summary>
    public void SkipGroup()
    {
        int depth = 0;
        do
        {
            depth += Current.Kind switch
            {
                SqlTokenKind.OpenParenthesis => 1,
                SqlTokenKind.CloseParenthesis => -1,
                _ => CurrentText switch { "[" => 1, "]" => -1, _ => 0 },
            };
            Advance();
        }
        while (depth > 0 && !AtEnd);
    }

    /// <summary>Skips parentheses and their content, if they are next.</summary>
    public void SkipParentheses()
    {
        if (Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            SkipGroup();
        }
    }

    /// <summary>
    /// Reads a name with up to two qualifiers and drops the database, which is the first of two. Returns null if no name
    /// is next.
    /// </summary>
    public SqlName? Name()
    {
        string? schema = null;
        string? name = Identifier();
        while (name is not null && CurrentText is ".")
        {
            Advance();
            schema = name;
            name = Identifier();
        }

        return name is null ? null : new SqlName(schema, name);
    }

    /// <summary>Reads one token as a <see cref="Value"/>. Returns null at the end of the statement.</summary>
    public string? Literal()
    {
        string? value = AtEnd ? null : Value;
        Advance();
        return value;
    }

    /// <summary>Skips <c>SET</c>, <c>SESSION</c> or <c>LOCAL</c>, the name of a setting, and <c>TO</c> or an equals sign. The value is next.</summary>
    /// <param name="isLocal">Whether the setting ends with the transaction.</param>
    /// <returns>The name; null if the statement is not SET.</returns>
    public string? SkipSet(out bool isLocal)
    {
        isLocal = false;
        if (!Skip("set"))
        {
            return null;
        }

        isLocal = Skip("local");
        _ = isLocal || Skip("session");
        string? name = Literal();
        if (!Skip("to") && CurrentText is "=")
        {
            Advance();
        }

        return name;
    }

    private string? Identifier()
    {
        SqlToken token = Current;
        ReadOnlySpan<char> text = CurrentText;
        if (token.Kind is not (SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier or SqlTokenKind.UnicodeIdentifier))
        {
            return null;
        }

        Advance();
        char escape = '\\';
        if (token.Kind == SqlTokenKind.UnicodeIdentifier && Skip("uescape"))
        {
            escape = CurrentText is ['\'', char c, '\''] ? c : escape;
            Advance();
        }

        return SqlName.Resolve(token.Kind, text, escape);
    }
}
