using Migrator.Sql.Changes;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>The state of a relation, as a session sees it.</summary>
/// <param name="Name">The name, with the schema if it is not the schema of the case.</param>
/// <param name="Kind">The kind, as in <see cref="RelationEffect.Kind"/>.</param>
/// <param name="File">The number of the file; 0 if the relation has no file.</param>
/// <param name="Bytes">The size of the file.</param>
/// <param name="RowsRead">The rows that the session has read, in scans and by index.</param>
internal sealed record RelationState(string Name, string Kind, uint File, long Bytes, long RowsRead);

/// <summary>Reads locks and the state of relations from the server.</summary>
internal static class ServerState
{
    /// <summary>Reads the locks of a session on relations, and every lock that the session waits for.</summary>
    public static async Task<List<(uint Relation, TableLock Mode, bool IsGranted)>> LocksAsync(NpgsqlConnection session, int process)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT coalesce(relation, 0), mode, granted FROM pg_catalog.pg_locks WHERE pid = {process} AND (locktype = 'relation' OR NOT granted)", session);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var locks = new List<(uint, TableLock, bool)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            // ShareRowExclusiveLock → ShareRowExclusive.
            var mode = reader.GetString(1)[..^"Lock".Length];
            locks.Add((reader.GetFieldValue<uint>(0), Enum.Parse<TableLock>(mode), reader.GetBoolean(2)));
        }

        return locks;
    }

    /// <summary>Reads the relations of the database, except for those of the system.</summary>
    public static async Task<Dictionary<uint, RelationState>> RelationsAsync(NpgsqlConnection session)
    {
        const string Query = """
            SELECT c.oid, CASE n.nspname WHEN 'truth' THEN c.relname ELSE n.nspname || '.' || c.relname END,
                   CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'v' THEN 'view'
                        WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' ELSE 'type' END,
                   coalesce(pg_catalog.pg_relation_filenode(c.oid), 0),
                   coalesce(pg_catalog.pg_relation_size(c.oid), 0),
                   pg_catalog.pg_stat_get_xact_tuples_returned(c.oid) + pg_catalog.pg_stat_get_xact_tuples_fetched(c.oid)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
            """;
        await using var command = new NpgsqlCommand(Query, session);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var relations = new Dictionary<uint, RelationState>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            relations.Add(reader.GetFieldValue<uint>(0), new RelationState(
                reader.GetString(1), reader.GetString(2), reader.GetFieldValue<uint>(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return relations;
    }
}
