namespace Migrator.Database;

/// <summary>Quoting for the statements that we write ourselves.</summary>
internal static class Quote
{
    /// <summary><c>"name"</c>.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary><c>'text'</c>; a backslash needs the E form, whatever standard_conforming_strings says.</summary>
    public static string Literal(string? text) => text switch
    {
        null => "NULL",
        _ when text.Contains('\\', StringComparison.Ordinal) => $"E'{Quoted(text).Replace("\\", "\\\\", StringComparison.Ordinal)}'",
        _ => $"'{Quoted(text)}'",
    };

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
