using System.Text;
using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads the definition of a column, and text up to a keyword or a comma.</summary>
internal static class ColumnReader
{
    // The keywords that can follow a type or an expression in a column definition (columnDef in gram.y).
    private static readonly string[] Keywords =
    [
        "constraint", "not", "null", "check", "default", "generated", "unique", "primary", "references", "collate", "deferrable", "initially",
        "storage", "compression", "options",
    ];

    private static readonly string[] NextConstraint = ["constraint", "check", "default", "generated", "unique", "primary", "references"];

    /// <summary>Reads a definition from the type up to the next comma or the end.</summary>
    public static ColumnDefinition Read(ref StatementReader reader, string statement)
    {
        var column = new ColumnDefinition { Type = ReadType(ref reader, statement, Keywords) };
        while (!reader.AtEnd && reader.CurrentText is not "," && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
        {
            column = ReadConstraint(ref reader, statement, column);
        }

        return column;
    }

    /// <summary>Reads the text up to a keyword, a comma, an unmatched closing parenthesis, or the end. The text always includes the first token.</summary>
    public static string ReadText(ref StatementReader reader, string statement, params ReadOnlySpan<string> keywords)
    {
        (int start, int end, int depth) = (reader.Current.Start, reader.Current.Start, 0);
        // The first token belongs to the text. In app.storage and in IS NOT DISTINCT FROM, the next token does, too.
        (bool isInside, bool isName) = (true, false);
        while (!reader.AtEnd)
        {
            if (depth == 0 && (reader.CurrentText is "," || reader.Current.Kind == SqlTokenKind.CloseParenthesis || (!isInside && IsOneOf(reader, keywords))))
            {
                break;
            }

            depth += reader.Current.Kind switch
            {
                SqlTokenKind.OpenParenthesis => 1,
                SqlTokenKind.CloseParenthesis => -1,
                // CASE WHEN a IS NOT NULL THEN b END
                _ when reader.CurrentText is "[" || (reader.Is("case") && !isName) => 1,
                _ when reader.CurrentText is "]" || (reader.Is("end") && !isName && depth > 0) => -1,
                _ => 0,
            };
            (end, isName) = (reader.Current.End, reader.CurrentText is ".");
            isInside = isName || reader.Is("is");
            reader.Advance();
        }

        return statement[start..end];
    }

    /// <summary>Reads a type up to a keyword: in lower case, with single spaces and without comments, such as <c>character varying(20)</c>.</summary>
    public static string ReadType(ref StatementReader reader, string statement, params ReadOnlySpan<string> keywords)
    {
        var type = new StringBuilder();
        string last = "";
        for (StatementReader text = new(ReadText(ref reader, statement, keywords)); !text.AtEnd; text.Advance())
        {
            string token = text.CurrentText.ToString();
            bool isAttached = last is "" or "(" or "[" or "." || token is "(" or ")" or "[" or "]" or "," or ".";
            type.Append(isAttached ? "" : " ").Append(text.Current.Kind == SqlTokenKind.Identifier ? token.ToLowerInvariant() : token);
            last = token;
        }

        return type.ToString();
    }

    private static ColumnDefinition ReadConstraint(ref StatementReader reader, string statement, ColumnDefinition column)
    {
        if (reader.Skip("constraint"))
        {
            reader.Name();
            return column;
        }

        if (reader.Skip("not", "null"))
        {
            return column with { IsNotNull = true };
        }

        if (reader.Skip("default"))
        {
            return column with { Default = ReadText(ref reader, statement, Keywords) };
        }

        if (reader.Skip("check"))
        {
            reader.SkipParentheses();
            return column with { HasCheck = IsEnforced(reader) || column.HasCheck };
        }

        if (reader.Skip("unique"))
        {
            return column with { IsUnique = true };
        }

        if (reader.Skip("primary", "key"))
        {
            return column with { IsUnique = true, IsPrimaryKey = true, IsNotNull = true };
        }

        if (reader.Skip("references"))
        {
            return reader.Name() is { } referenced
                ? column with { References = [.. column.References, referenced], ChecksReference = IsEnforced(reader) || column.ChecksReference }
                : column;
        }

        // USING INDEX TABLESPACE name
        if (reader.Skip("tablespace"))
        {
            reader.Name();
            return column;
        }

        // REFERENCES … ON DELETE SET DEFAULT is not the default of the column.
        if (reader.Skip("set", "default"))
        {
            return column;
        }

        if (reader.Skip("generated"))
        {
            return ReadGenerated(ref reader, column);
        }

        // STORAGE DEFAULT and COMPRESSION DEFAULT are not the default of the column.
        if (!reader.Skip("storage", "default") && !reader.Skip("compression", "default"))
        {
            reader.SkipGroup();
        }

        return column;
    }

    // Whether a constraint is not NOT ENFORCED. The words follow other parts of the constraint, before the next constraint.
    private static bool IsEnforced(StatementReader reader)
    {
        while (!reader.AtEnd && reader.CurrentText is not "," && reader.Current.Kind != SqlTokenKind.CloseParenthesis && !IsOneOf(reader, NextConstraint))
        {
            if (reader.Skip("not", "enforced"))
            {
                return false;
            }

            StatementReader ahead = reader;
            if (ahead.Skip("not", "null") || reader.Is("null"))
            {
                return true;
            }

            // ON DELETE SET NULL and SET DEFAULT are no constraints.
            if (!reader.Skip("set", "null") && !reader.Skip("set", "default"))
            {
                reader.SkipGroup();
            }
        }

        return true;
    }

    private static ColumnDefinition ReadGenerated(ref StatementReader reader, ColumnDefinition column)
    {
        _ = reader.Skip("always") || reader.Skip("by", "default");
        reader.Skip("as");
        if (reader.Skip("identity"))
        {
            reader.SkipParentheses();
            return column with { IsIdentity = true };
        }

        // Up to PostgreSQL 17 the keyword STORED is required. Since PostgreSQL 18 the default is VIRTUAL.
        reader.SkipParentheses();
        return column with { IsGenerated = true, IsStoredGenerated = reader.Skip("stored") || column.IsStoredGenerated };
    }

    private static bool IsOneOf(StatementReader reader, ReadOnlySpan<string> keywords)
    {
        foreach (string keyword in keywords)
        {
            if (reader.Is(keyword))
            {
                return true;
            }
        }

        return false;
    }
}
