using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>What of COPY a script cannot do: there is no terminal to copy to, and no binary data in a text.</summary>
internal static class CopyStatement
{
    /// <summary>Why a statement cannot be run; null when it can, or is no COPY.</summary>
    public static string? Refusal(string statement)
    {
        StatementReader reader = new(statement);
        if (!reader.Skip("copy"))
        {
            return null;
        }

        bool isToClient = false;
        bool isFromClient = false;
        bool isBinary = reader.Is("binary");
        int depth = 0;
        while (!reader.AtEnd)
        {
            if (depth == 0 && reader.Skip("to"))
            {
                isToClient |= reader.Is("stdout");
                continue;
            }

            if (depth == 0 && reader.Skip("from"))
            {
                isFromClient |= reader.Is("stdin");
                continue;
            }

            depth += reader.Current.Kind switch
            {
                SqlTokenKind.OpenParenthesis => 1,
                SqlTokenKind.CloseParenthesis => -1,
                _ => 0,
            };
            isBinary |= (isToClient || isFromClient) && reader.Is("binary");
            reader.Advance();
        }

        return isToClient ? "COPY … TO STDOUT has nobody to copy to in a migration"
            : isFromClient && isBinary ? "COPY … FROM STDIN in binary form cannot stand in a script"
            : null;
    }
}
