using Migrator.History;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>The advice for errors that the output of <c>pg_dump</c> causes when it is used as a script.</summary>
internal static class DumpAdvice
{
    private const string UndefinedObject = "42704";

    // CREATE TABLE, CREATE SEQUENCE; the second primary key or constraint; ADD GENERATED; COPY.
    private static readonly string[] s_duplicates = ["42P07", "42P16", "42710", "55000", "23505"];

    /// <summary>Finds the advice for an error; null if no dump explains the error.</summary>
    /// <param name="server">The server's error.</param>
    /// <param name="statement">The statement that failed.</param>
    /// <param name="history">The history table.</param>
    public static string? Find(PostgresException server, SqlStatement statement, HistoryTable history)
    {
        if (server.SqlState == UndefinedObject && IsUnknownSetting(server, statement.Text))
        {
            return "This version of PostgreSQL does not know the setting. A pg_dump that is newer than the server writes settings of its own version, such as transaction_timeout (PostgreSQL 17). "
                + "Remove the line, or correct the name of the setting.";
        }

        return s_duplicates.Contains(server.SqlState) && OwnTable(server, statement.Text, history) is { } table
            ? $"{table} belongs to migrate itself. If the script is a dump, leave the tables of migrate out (pg_dump --exclude-table='{history.Name}*'), or remove them from the script. "
                + "If the database already contains what the script creates, adopt it with 'migrate baseline VERSION' instead."
            : null;
    }

    private static bool IsUnknownSetting(PostgresException server, string statement)
    {
        StatementReader reader = new(statement);
        return server.MessageText.StartsWith("unrecognized configuration parameter", StringComparison.Ordinal)
            || (reader.Skip("set") && !reader.Is("constraints")) || reader.Is("reset") || reader.Is("show");
    }

    private static string? OwnTable(PostgresException server, string statement, HistoryTable history)
    {
        IEnumerable<SqlName?> named = StatementChanges.Of(statement).SelectMany(c => new[] { c.Table, c.Name });
        if (server.TableName is { } table)
        {
            named = named.Prepend(new SqlName(server.SchemaName, table));
        }

        string[] own = [.. SideTables.NamesOf(history.Name)];
        return named.FirstOrDefault(n => n is not null && (n.Schema is null || n.Schema == history.Schema) && Array.Exists(own, t => IsOf(t, n.Name)))?.Name;
    }

    private static bool IsOf(string table, string name) => name == table || name == $"{table}_id_seq" || name == $"{table}_pkey";
}
