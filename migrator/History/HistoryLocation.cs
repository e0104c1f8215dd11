using Migrator.Configuration;
using Migrator.Database;

namespace Migrator.History;

/// <summary>
/// Decides in which schema the history is. A changed search path or role must not start a second history beside the first one, because
/// the run would then apply every script again.
/// </summary>
internal static class HistoryLocation
{
    /// <summary>
    /// Finds the schema of the history table: the schema of <c>--schema</c>; otherwise the first schema of the search path that has
    /// the table; otherwise <c>current_schema()</c>, where it will be created.
    /// </summary>
    /// <param name="server">The search path.</param>
    /// <param name="tables">The tables in the schemas of the search path.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="MigrateException">The search path contains no schema that the role may use (2).</exception>
    public static string FindSchema(ServerFacts server, FoundTables tables, MigrateOptions options)
        => options.Schema
            ?? server.Schemas.FirstOrDefault(s => tables.Contains(s, options.HistoryTable))
            ?? server.CurrentSchema
            ?? throw new MigrateException(ExitCode.Usage, new Problem("no-schema", $"the search_path of the connection ({server.SearchPath}) contains no schema that exists")
            {
                Advice = $"Set the schema with --schema. If the schema does not exist yet, the role needs GRANT CREATE ON DATABASE … TO {Quote.Identifier(server.Role)}.",
            });

    /// <summary>Refuses a search path with a schema that PostgreSQL skips, because the role may not use it. The history could be in that schema.</summary>
    /// <exception cref="MigrateException">The role lacks USAGE on a schema of the search path (2).</exception>
    public static void RefuseHiddenSchemas(HistoryLookup found, MigrateOptions options)
    {
        if (options.Schema is null && found.HiddenSchemas.Count > 0)
        {
            string role = Quote.Identifier(found.Server.Role);
            throw new MigrateException(ExitCode.Usage, new Problem("hidden-schema", $"the search_path ({found.Server.SearchPath}) contains {string.Join(" and ", found.HiddenSchemas)}, which the role {found.Server.Role} may not use, so PostgreSQL skips it")
            {
                Advice = $"{string.Join(" ", found.HiddenSchemas.Select(s => $"GRANT USAGE ON SCHEMA {Quote.Identifier(s)} TO {role};"))} Or name the schema of the history with --schema.",
            });
        }
    }

    /// <summary>
    /// Gets the problem if the history table does not exist, but another schema has one: the search path or the role has changed, or
    /// another service has its history there. Null for no problem.
    /// </summary>
    /// <param name="history">The history table.</param>
    /// <param name="tables">The tables of the database.</param>
    /// <param name="options">The options.</param>
    public static Problem? OtherHistory(HistoryTable history, FoundTables tables, MigrateOptions options)
    {
        if (history.Exists || options.Schema is not null || tables.Others.Count == 0)
        {
            return null;
        }

        return new Problem("other-history", $"{history.QualifiedName} does not exist, but this database has a history in {string.Join(", ", tables.Others.Select(s => $"{s}.{history.Name}"))}")
        {
            Advice = $"The search_path or the role may have changed since the last run. To continue the history there: --schema {Quote.Shell(tables.Others[0])}. To start a separate history: --schema {Quote.Shell(history.Schema)}.",
        };
    }
}
