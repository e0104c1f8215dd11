using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Parenthesised options of utility statements: <c>(CONCURRENTLY, VERBOSE off)</c>, <c>(create_slot = false)</c>.
/// </summary>
internal static class OptionList
{
    /// <summary>
    /// Reads the list, if one is next, and returns the value of a boolean option; null if the list does not contain it.
    /// </summary>
    /// <remarks>Values have the meaning that <c>defGetBoolean</c> gives them: <c>false</c>, <c>off</c> and 0 are false. An
    /// option without a value is true.</remarks>
    public static bool? Read(ref StatementReader reader, string option) => Read(ref reader, option, option).First;

    /// <summary>Reads the list, if one is next, and returns the values of two boolean options.</summary>
    public static (bool? First, bool? Second) Read(ref StatementReader reader, string first, string second)
    {
        (bool? First, bool? Second) found = default;
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return found;
        }

        do
        {
            reader.Advance();
            bool isFirst = IsNamed(reader, first);
            bool isSecond = IsNamed(reader, second);
            reader.Advance();
            bool value = Value(ref reader);
            found = (isFirst ? value : found.First, isSecond ? value : found.Second);
        }
        while (reader.CurrentText is ",");

        reader.Advance();
        return found;
    }

    private static bool IsNamed(StatementReader reader, string option) =>
        SqlName.Resolve(reader.Current.Kind, reader.CurrentText) is { } name && name == option;

    // Reads a value, up to the comma or parenthesis after it.
    private static bool Value(ref StatementReader reader)
    {
        bool value = true;
        while (!reader.AtEnd && reader.CurrentText is not "," && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
        {
            ReadOnlySpan<char> text = reader.CurrentText.Trim("'\"");
            value = !(text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase)
                || text.Equals("off", StringComparison.OrdinalIgnoreCase));
            reader.Advance();
        }

        return value;
    }
}
