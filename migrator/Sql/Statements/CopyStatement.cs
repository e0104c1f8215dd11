using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Detects forms of COPY that a script cannot use: copying to the client, and binary data in the script.</summary>
internal static class CopyStatement
{
    /// <summary>The reason why a statement is not supported; null if it is supported or is not COPY.</summary>
    public static string? UnsupportedReason(string statement)
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

        return isToClient ? "COPY … TO STDOUT is not supported: a migration has no client that reads the data"
            : isFromClient && isBinary ? "COPY … FROM STDIN in binary format is not supported: a script contains only text"
            : null;
    }
}
