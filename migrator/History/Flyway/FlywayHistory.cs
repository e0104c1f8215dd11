using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History.Flyway;

/// <summary>A script that Flyway's history says is applied.</summary>
/// <param name="Version">Its version; null for a repeatable one.</param>
/// <param name="Script">Its file name, or the class of one that is no SQL.</param>
/// <param name="Checksum">Flyway's, if it has one.</param>
/// <param name="IsSql">Whether it is SQL; Flyway also runs Java classes and shell scripts.</param>
internal sealed record FlywayEntry(ScriptVersion? Version, string Script, int? Checksum, bool IsSql);

/// <summary>
/// Flyway's history table (https://documentation.red-gate.com/flyway/flyway-concepts/migrations/flyway-schema-history-table):
/// what is applied by its rows, read in the order of their rank.
/// </summary>
/// <param name="Baseline">The version that Flyway itself adopted the database at; null for none.</param>
/// <param name="Applied">What is applied, in order.</param>
/// <param name="Problems">What cannot be taken over.</param>
internal sealed record FlywayHistory(ScriptVersion? Baseline, IReadOnlyList<FlywayEntry> Applied, IReadOnlyList<Problem> Problems)
{
    private const string UndefinedColumn = "42703";

    /// <summary>Reads the table. Never writes to it.</summary>
    /// <exception cref="MigrateException">It is not there (2).</exception>
    public static async Task<FlywayHistory> ReadAsync(DatabaseSession session, string schema, string table, CancellationToken cancellation)
    {
        string name = $"{Quote.Identifier(schema)}.{Quote.Identifier(table)}";
        var applied = new List<FlywayEntry>();
        var failed = new Dictionary<string, Problem>(StringComparer.Ordinal);
        var unreadable = new List<Problem>();
        ScriptVersion? baseline = null;
        try
        {
            await using var query = new NpgsqlCommand($"SELECT version, type, script, checksum, success FROM {name} ORDER BY installed_rank", session.Connection);
            await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                string? label = reader.IsDBNull(0) ? null : reader.GetString(0);
                string type = reader.GetString(1);
                string script = Path.GetFileName(reader.GetString(2));
                if (!reader.GetBoolean(4))
                {
                    failed[label ?? script] = Failed(script);
                    continue;
                }

                failed.Remove(label ?? script);
                string? wrong = null;
                ScriptVersion? version = label is null || !ScriptVersion.TryParse(label, out ScriptVersion? parsed, out wrong) ? null : parsed;
                bool isBaseline = type is "BASELINE" or "SQL_BASELINE" or "JDBC_BASELINE" or "SCRIPT_BASELINE";
                if (wrong is not null && !(isBaseline && label!.All(c => c is '0' or '.')))
                {
                    unreadable.Add(new Problem("flyway-version", $"Flyway applied {script}, whose version cannot be taken over: it {wrong}"));
                    continue;
                }

                switch (type)
                {
                    // B scripts (SQL_BASELINE, …) stand for every version up to theirs.
                    case not null when isBaseline:
                        baseline = version;
                        break;
                    case "SCHEMA":
                        break;
                    case "DELETE" or "UNDO_SQL" or "UNDO_JDBC" or "UNDO_SCRIPT" or "UNDO_CUSTOM":
                        applied.RemoveAll(e => version is null ? e.Script == script : e.Version?.Equals(version) == true);
                        break;
                    default:
                        applied.RemoveAll(e => version is null && e.Script == script);
                        applied.Add(new FlywayEntry(version, script, reader.IsDBNull(3) ? null : reader.GetInt32(3), type == "SQL"));
                        break;
                }
            }
        }
        catch (PostgresException e) when (e.SqlState == UndefinedColumn)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-flyway-history", $"{schema}.{table} is not a table of Flyway: {e.MessageText}")
            {
                SqlState = e.SqlState,
                Advice = "Name Flyway's table with --flyway-table.",
            });
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.UndefinedTable)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-flyway-history", $"there is no table {schema}.{table}")
            {
                SqlState = e.SqlState,
                Advice = "Name its schema with --schema and the table with --flyway-table.",
            });
        }

        return new FlywayHistory(baseline, applied, [.. failed.Values, .. unreadable]);
    }

    // Flyway itself goes no further until its 'repair' has taken the row away.
    private static Problem Failed(string script) => new("flyway-failed", $"{script} failed when Flyway ran it, and may be half applied")
    {
        Script = script,
        Advice = "Take back by hand what it did, or bring it to its end; then 'flyway repair', and run again.",
    };

    /// <summary>Flyway does not tell 1 from 1.0.</summary>
    public static bool SameVersion(ScriptVersion a, ScriptVersion b) => Trimmed(a) == Trimmed(b);

    private static string Trimmed(ScriptVersion version)
        => string.Join('.', version.Label.Split('.').Select(p => p.TrimStart('0'))).TrimEnd('.');
}
