using Migrator.History;
using Npgsql;

namespace Migrator.Database;

/// <summary>What a run has to know of the server and its session, asked once, in one round trip.</summary>
/// <param name="SearchPath">As the session begins with it.</param>
/// <param name="CurrentSchema">The first schema of it that exists; null for none.</param>
/// <param name="BackendPid">The server's process; another one than the connection's shows a pooler.</param>
/// <param name="IsStandby">Whether the server is a standby.</param>
/// <param name="IsReadOnly">Whether transactions are read-only by default.</param>
/// <param name="Tables">The history table and those beside it, wherever they are: schema and name.</param>
internal sealed record DatabaseFacts(
    string SearchPath,
    string? CurrentSchema,
    int BackendPid,
    bool IsStandby,
    bool IsReadOnly,
    IReadOnlySet<(string Schema, string Name)> Tables)
{
    /// <summary>Reads them.</summary>
    public static async Task<DatabaseFacts> ReadAsync(DatabaseSession session, string historyTable, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            SELECT current_setting('search_path'), current_schema()::text, pg_backend_pid(), pg_is_in_recovery(),
                   current_setting('default_transaction_read_only') = 'on'
            """));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SideTables.LookStatement(historyTable)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        (string path, string? schema, int pid, bool isStandby, bool isReadOnly) = (
            reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3), reader.GetBoolean(4));
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        HashSet<(string, string)> tables = await SideTables.ReadLookAsync(reader, cancellation).ConfigureAwait(false);
        return new DatabaseFacts(path, schema, pid, isStandby, isReadOnly, tables);
    }
}
