using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Reads table names in statements.</summary>
internal static class TableNames
{
    /// <summary>Reads <c>[ONLY] name [*]</c> or <c>ONLY (name)</c>.</summary>
    public static SqlName? Read(ref StatementReader reader)
    {
        if (reader.Skip("only") && reader.Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            reader.Advance();
        }

        SqlName? table = reader.Name();
        if (reader.Current.Kind == SqlTokenKind.CloseParenthesis || reader.CurrentText is "*")
        {
            reader.Advance();
        }

        return table;
    }

    /// <summary>Reads one or more names, separated by commas. A list of columns can follow each name, as in VACUUM.</summary>
    public static List<SqlName?> ReadList(ref StatementReader reader)
    {
        var names = new List<SqlName?>();
        do
        {
            if (names.Count > 0)
            {
                reader.Advance();
            }

            names.Add(Read(ref reader));
            reader.SkipParentheses();
        }
        while (reader.CurrentText is ",");
        return names;
    }
}
