using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>An undo script as it is kept in the database, placeholders resolved.</summary>
internal sealed record StoredUndo(ScriptVersion Version, string Name, string Checksum, string Content);

/// <summary>
/// Guarantee 9: undo that survives its image. Each undo script is kept here before its migration is applied, so that an
/// older image, which has never heard of it, can take the migration back.
/// </summary>
internal sealed class UndoTable(SideTables tables)
{
    /// <summary>The table's name in SQL.</summary>
    public string Name => tables.Undo;

    /// <summary>The checksums of what is kept.</summary>
    public static string SelectChecksumsStatement(SideTables tables) => $"SELECT version, checksum FROM {tables.Undo}";

    /// <summary>Reads the rows of <see cref="SelectChecksumsStatement"/>: by version.</summary>
    public static async Task<Dictionary<ScriptVersion, string>> ReadChecksumsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var result = new Dictionary<ScriptVersion, string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (ScriptVersion.TryParse(reader.GetString(0), out ScriptVersion? version, out _))
            {
                result[version] = reader.GetString(1);
            }
        }

        return result;
    }

    /// <summary>The scripts themselves.</summary>
    public async Task<IReadOnlyList<StoredUndo>> ReadAsync(DatabaseSession session, CancellationToken cancellation)
    {
        var result = new List<StoredUndo>();
        if (tables.Exist)
        {
            await using var query = new NpgsqlCommand($"SELECT version, name, checksum, content FROM {Name}", session.Connection);
            await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                if (ScriptVersion.TryParse(reader.GetString(0), out ScriptVersion? version, out _))
                {
                    result.Add(new StoredUndo(version, reader.GetString(1), reader.GetString(2), reader.GetString(3)));
                }
            }
        }

        return result;
    }

    /// <summary>Keeps a script, or its newer text.</summary>
    /// <param name="script">The undo script. All of it has to fit in memory.</param>
    /// <param name="placeholders">The values of its placeholders; null leaves it as it is.</param>
    /// <exception cref="MigrateException">The script was changed since it was checked (2).</exception>
    public string StoreStatement(Script script, PlaceholderValues? placeholders)
    {
        string content = ResolvedText.Read(script, placeholders);
        return $"""
            INSERT INTO {Name} (version, name, checksum, content)
            VALUES ({Quote.Literal(script.Version!.Label)}, {Quote.Literal(script.FileName)}, '{ResolvedText.ChecksumOf(content)}', {Quote.Literal(content)})
            ON CONFLICT (version) DO UPDATE SET name = EXCLUDED.name, checksum = EXCLUDED.checksum, content = EXCLUDED.content, at = EXCLUDED.at
            """;
    }

    /// <summary>Forgets the script of a version that is undone.</summary>
    public string ForgetStatement(ScriptVersion version) => $"DELETE FROM {Name} WHERE version = {Quote.Literal(version.Label)}";

    /// <summary>
    /// Why what is kept must not be run: somebody else could have written it. The migrating role must own the table, and nobody
    /// else may change it. Null when that is so.
    /// </summary>
    public async Task<Problem?> UntrustedAsync(DatabaseSession session, CancellationToken cancellation)
    {
        if (!tables.Exist)
        {
            return null;
        }

        string table = Quote.Literal(Name);
        string? others = await session.ScalarAsync<string>($"""
            SELECT string_agg(DISTINCT who, ', ' ORDER BY who)
              FROM (SELECT pg_get_userbyid(relowner)::text AS who FROM pg_class
                     WHERE oid = {table}::regclass AND pg_get_userbyid(relowner) <> current_user
                    UNION ALL
                    SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END
                      FROM pg_class, aclexplode(relacl)
                     WHERE oid = {table}::regclass AND grantee <> relowner
                       AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
                    UNION ALL
                    SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END
                      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl)
                     WHERE attrelid = {table}::regclass AND grantee <> relowner AND privilege_type IN ('INSERT', 'UPDATE')) AS able
            """, cancellation).ConfigureAwait(false);
        return others is null ? null : new Problem("untrusted-undo", $"{Name} can be written by {others}: 'down' does not run what stands in it")
        {
            Advice = $"The table has to belong to the migrating role alone: REVOKE ALL ON {Name} FROM the others (or ALTER TABLE … OWNER TO the migrating role), look at what is in it, and run again.",
        };
    }
}
