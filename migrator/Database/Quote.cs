namespace Migrator.Database;

/// <summary>Quotes identifiers and literals in migrate's own statements.</summary>
internal static class Quote
{
    /// <summary>Quotes an argument for a POSIX shell, if it needs quotes. Users copy commands from messages.</summary>
    public static string Shell(string argument)
        => argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? argument : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>Quotes an identifier: <c>"name"</c>.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Quotes the name of a table with its schema: <c>"schema"."table"</c>.</summary>
    public static string Table(string schema, string name) => $"{Identifier(schema)}.{Identifier(name)}";

    /// <summary>
    /// Quotes a literal: <c>'text'</c>, or NULL. A text with a backslash is written as <c>E'…'</c>, which does not depend on
    /// standard_conforming_strings.
    /// </summary>
    public static string Literal(string? text) => text switch
    {
        null => "NULL",
        _ when text.Contains('\\', StringComparison.Ordinal) => $"E'{Quoted(text).Replace("\\", "\\\\", StringComparison.Ordinal)}'",
        _ => $"'{Quoted(text)}'",
    };

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
