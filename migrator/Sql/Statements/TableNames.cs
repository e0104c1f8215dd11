using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Reads the names of tables as statements write them.</summary>
internal static class TableNames
{
    /// <summary><c>[ONLY] name [*]</c>, <c>ONLY (name)</c>.</summary>
    public static SqlName? One(ref StatementReader reader)
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

    /// <summary>One or more, separated by commas.</summary>
    public static List<SqlName?> Several(ref StatementReader reader)
    {
        var names = new List<SqlName?>();
        do
        {
            if (names.Count > 0)
            {
                reader.Advance();
            }

            names.Add(One(ref reader));
        }
        while (reader.CurrentText is ",");
        return names;
    }
}
