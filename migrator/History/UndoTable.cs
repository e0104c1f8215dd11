using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>An undo script that is stored in the database. Its placeholders are already replaced.</summary>
/// <param name="Version">The version that the script undoes.</param>
/// <param name="Name">The script's file name.</param>
/// <param name="Checksum">The checksum of the content.</param>
/// <param name="Content">The script's text.</param>
internal sealed record StoredUndo(ScriptVersion Version, string Name, string Checksum, string Content);

/// <summary>
/// The undo table (guarantee 9). Each undo script is stored here before its migration is applied. An older image, which does
/// not contain the undo script, can then undo the migration.
/// </summary>
/// <param name="tables">The names of the tables.</param>
internal sealed class UndoTable(SideTables tables)
{
    /// <summary>The columns without which a table of this name belongs to an application.</summary>
    public static IReadOnlyList<string> RequiredColumns { get; } = ["version", "name", "checksum", "content"];

    /// <summary>The table's name in SQL.</summary>
    public string Name => tables.Undo;

    /// <summary>
    /// Gets the query for the checksums of the stored scripts. The server computes them from the scripts: the column <c>checksum</c>
    /// could have been changed together with the script, or not at all.
    /// </summary>
    public static string SelectChecksumsStatement(SideTables tables)
        => $"SELECT version, upper(md5(convert_to(content, 'UTF8'))) FROM {tables.Undo}";

    /// <summary>Reads the rows of <see cref="SelectChecksumsStatement"/>.</summary>
    /// <returns>The checksums of the scripts' texts by version.</returns>
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

    /// <summary>Reads the stored scripts.</summary>
    public async Task<IReadOnlyList<StoredUndo>> ReadAsync(DatabaseSession session, TableTrust trust, CancellationToken cancellation)
    {
        if (!tables.Exist)
        {
            return [];
        }

        return await trust.ReadAsync(
            session, [tables.UndoName], tables.Schema, [$"SELECT version, name, checksum, content FROM {Name}"], ReadScriptsAsync, cancellation).ConfigureAwait(false);

        async Task<IReadOnlyList<StoredUndo>> ReadScriptsAsync(NpgsqlDataReader reader)
        {
            var scripts = new List<StoredUndo>();
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                if (ScriptVersion.TryParse(reader.GetString(0), out ScriptVersion? version, out _))
                {
                    scripts.Add(new StoredUndo(version, reader.GetString(1), reader.GetString(2), reader.GetString(3)));
                }
            }

            return scripts;
        }
    }

    /// <summary>Gets the statement that stores a script, or replaces its stored text.</summary>
    /// <param name="script">The undo script. Its whole text must fit in memory.</param>
    /// <param name="placeholders">The values of its placeholders; null replaces no placeholders.</param>
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

    /// <summary>Gets the statement that deletes the script of a version that is undone.</summary>
    public string DeleteStatement(ScriptVersion version) => $"DELETE FROM {Name} WHERE version = {Quote.Literal(version.Label)}";
}
