using Migrator.Database;
using Npgsql;

namespace Migrator.History;

/// <summary>The result of a run's first queries, sent in one round trip: facts about the server, and the tables that may be migrate's.</summary>
/// <param name="Server">Facts about the server and the session.</param>
/// <param name="Tables">The tables with the names of migrate's tables.</param>
/// <param name="HiddenSchemas">The schemas of the search path that exist, but that the role may not use.</param>
internal sealed record HistoryLookup(ServerFacts Server, FoundTables Tables, IReadOnlyList<string> HiddenSchemas)
{
    // PostgreSQL skips such a schema. A name in the search path is quoted or folded to lower case (SplitIdentifierString in utils/adt/varlena.c).
    private const string SelectHiddenSchemas = $"""
        SELECT n.nspname::text FROM pg_namespace n
         WHERE NOT has_schema_privilege(n.oid, 'USAGE')
           AND n.nspname IN (SELECT CASE coalesce(m[1], m[2]) WHEN '$user' THEN current_user ELSE coalesce(replace(m[1], '""', '"'), lower(m[2])) END
                               FROM regexp_matches(current_setting('{ServerFacts.PathSetting}'), '"((?:[^"]|"")+)"|([^",[:space:]]+)', 'g') AS m)
         ORDER BY 1
        """;

    /// <summary>Sends the queries.</summary>
    /// <param name="session">The session.</param>
    /// <param name="historyTable">The name of the history table.</param>
    /// <param name="schema">The value of <c>--schema</c>; null if it is not given.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<HistoryLookup> ReadAsync(DatabaseSession session, string historyTable, string? schema, CancellationToken cancellation)
    {
        string[] statements =
        [
            ServerFacts.Query,
            TrustedBatch.SetPath,
            FoundTables.SelectStatement(historyTable, schema is null ? ServerFacts.SchemasInTransaction : FoundTables.ArrayOf([schema])),
            SelectHiddenSchemas,
        ];
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (string statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        ServerFacts server = await ServerFacts.ReadAsync(reader, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        FoundTables tables = await FoundTables.ReadAsync(reader, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var hidden = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            hidden.Add(reader.GetString(0));
        }

        return new HistoryLookup(server, tables, hidden);
    }
}
