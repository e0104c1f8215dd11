using Npgsql;

namespace Migrator.Database;

/// <summary>Facts about the server and the session that a run reads first.</summary>
/// <param name="SearchPath">The search path that the session starts with.</param>
/// <param name="CurrentSchema">The first schema of the search path that exists; null for none.</param>
/// <param name="BackendPid">The process id of the server's backend. It differs from the connection's process id behind a pooler.</param>
/// <param name="IsStandby">Whether the server is a standby.</param>
/// <param name="IsReadOnly">Whether transactions are read-only by default.</param>
internal sealed record ServerFacts(string SearchPath, string? CurrentSchema, int BackendPid, bool IsStandby, bool IsReadOnly)
{
    /// <summary>The query whose one row <see cref="ReadAsync"/> reads.</summary>
    public const string Query = """
        SELECT current_setting('search_path'), current_schema()::text, pg_backend_pid(), pg_is_in_recovery(),
               current_setting('default_transaction_read_only') = 'on'
        """;

    /// <summary>Reads the result of <see cref="Query"/>.</summary>
    public static async Task<ServerFacts> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return new ServerFacts(
            reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3), reader.GetBoolean(4));
    }
}
