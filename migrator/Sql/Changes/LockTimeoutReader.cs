using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads <c>SET lock_timeout</c> and <c>set_config('lock_timeout', …)</c>.</summary>
internal static class LockTimeoutReader
{
    /// <summary>Reads a statement from its first word; returns null for any other statement.</summary>
    public static SchemaChange? Read(ref StatementReader reader, string statement)
    {
        if (reader.Skip("set"))
        {
            _ = reader.Skip("session") || reader.Skip("local");
            if (!reader.Skip("lock_timeout"))
            {
                return null;
            }

            reader.Advance();
            return Of(ColumnReader.ReadText(ref reader, statement));
        }

        if (!reader.Is("select") || !statement.Contains("set_config", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        for (; !reader.AtEnd; reader.Advance())
        {
            if (reader.CurrentText.Equals("'lock_timeout'", StringComparison.OrdinalIgnoreCase))
            {
                reader.Advance();
                reader.Advance();
                return Of(reader.CurrentText.ToString());
            }
        }

        return null;
    }

    /// <summary>Whether a value of <c>lock_timeout</c> disables the limit.</summary>
    public static bool IsOff(string? value) => value is not null && value.Trim('\'', ' ').TrimEnd('m', 's', 'i', 'n', 'h', 'd', 'u', ' ') is "0" or "0.0";

    private static SchemaChange Of(string value) => new(ChangeKind.SetLockTimeout) { Expression = value, StatementName = "SET lock_timeout" };
}
