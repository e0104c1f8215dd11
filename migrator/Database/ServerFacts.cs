using System.Text.Json;
using Npgsql;

namespace Migrator.Database;

/// <summary>What a run reads first: facts about the server and the session.</summary>
/// <param name="SearchPath">The search path that the session starts with.</param>
/// <param name="Schemas">The schemas of the search path that exist and that the role may use, in order.</param>
/// <param name="Role">The role that the session works as. It differs from the login if <c>ALTER ROLE … SET role</c> or PGOPTIONS sets another role.</param>
/// <param name="BackendPid">The process id of the server's backend. Behind a pooler, it differs from the connection's process id.</param>
/// <param name="IsStandby">Whether the server is a standby.</param>
/// <param name="IsReadOnly">Whether transactions are read-only by default.</param>
/// <param name="CanReadLocks">Whether the role may read <c>pg_locks</c>. By default, every role may.</param>
internal sealed record ServerFacts(string SearchPath, IReadOnlyList<string> Schemas, string Role, int BackendPid, bool IsStandby, bool IsReadOnly, bool CanReadLocks)
{
    /// <summary>The setting in which <see cref="Query"/> keeps the search path for later statements of the same transaction.</summary>
    public const string PathSetting = "migrate.search_path";

    /// <summary>
    /// The query whose one row <see cref="ReadAsync"/> reads. It is sent before the search path is changed, because it reads that path. Another
    /// role may have put operators and functions into the schemas of that path, so the query contains no operators, and only names with a
    /// schema. See <see cref="TrustedBatch"/>.
    /// </summary>
    public const string Query = $"""
        SELECT pg_catalog.set_config('{PathSetting}', pg_catalog.current_setting('search_path'), true),
               pg_catalog.set_config('{SchemasSetting}', pg_catalog.current_schemas(false)::pg_catalog.text, true),
               pg_catalog.array_to_json(pg_catalog.current_schemas(false))::pg_catalog.text,
               current_user::pg_catalog.text, pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('default_transaction_read_only'),
               pg_catalog.has_function_privilege('pg_catalog.pg_lock_status()'::pg_catalog.text, 'EXECUTE'::pg_catalog.text)
        """;

    private const string SchemasSetting = "migrate.schemas";

    /// <summary>The SQL expression for <see cref="Schemas"/> as an array, for later statements of the transaction that <see cref="Query"/> ran in.</summary>
    public const string SchemasInTransaction = $"current_setting('{SchemasSetting}')::name[]";

    /// <summary>The lowest oid of a user's object. Lower oids are part of PostgreSQL (FirstNormalObjectId in access/transam.h).</summary>
    public const string FirstUserOid = "16384";

    /// <summary>The first schema of the search path that exists; null for none.</summary>
    public string? CurrentSchema => Schemas.Count > 0 ? Schemas[0] : null;

    /// <summary>The schemas in which PostgreSQL looks up a name that a script writes without a schema, in order. <c>--schema</c> comes first.</summary>
    /// <param name="schema">The value of <c>--schema</c>; null if it is not given.</param>
    public IReadOnlyList<string> SchemasWith(string? schema) => schema is null ? Schemas : [schema, .. Schemas.Where(s => s != schema)];

    /// <summary>Sends <see cref="Query"/>.</summary>
    public static async Task<ServerFacts> QueryAsync(DatabaseSession session, CancellationToken cancellation)
    {
        session.ThrowIfLost();
        await using var query = new NpgsqlCommand(Query, session.Connection) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(reader, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads the result of <see cref="Query"/>.</summary>
    public static async Task<ServerFacts> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return new ServerFacts(
            reader.GetString(0), ParseArray(reader.GetString(2)), reader.GetString(3), reader.GetInt32(4), reader.GetBoolean(5), reader.GetString(6) == "on", reader.GetBoolean(7));
    }

    private static string[] ParseArray(string json)
    {
        using JsonDocument array = JsonDocument.Parse(json);
        return [.. array.RootElement.EnumerateArray().Select(e => e.GetString()!)];
    }
}
