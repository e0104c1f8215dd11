using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History.Flyway;

/// <summary>A script that is applied according to Flyway's history.</summary>
/// <param name="Version">The script's version; null for a repeatable script.</param>
/// <param name="Script">The script's file name, or the name of the class of a Java migration.</param>
/// <param name="Checksum">Flyway's checksum; null for none.</param>
/// <param name="IsSql">Whether the script is SQL. Flyway also runs Java classes and shell scripts.</param>
internal sealed record FlywayEntry(ScriptVersion? Version, string Script, int? Checksum, bool IsSql);

/// <summary>
/// Flyway's history: the scripts that are applied according to the rows of its history table, in the order of
/// <c>installed_rank</c>
/// (https://documentation.red-gate.com/flyway/flyway-concepts/migrations/flyway-schema-history-table).
/// </summary>
/// <param name="Baseline">The version of Flyway's own baseline; null for none.</param>
/// <param name="Applied">The applied scripts, in order.</param>
/// <param name="Problems">The rows that <c>migrate</c> cannot adopt.</param>
internal sealed record FlywayHistory(ScriptVersion? Baseline, IReadOnlyList<FlywayEntry> Applied, IReadOnlyList<Problem> Problems)
{
    private const string UndefinedColumn = "42703";

    /// <summary>Reads Flyway's history table. Never writes to it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="trust">Checks the table before it is read.</param>
    /// <param name="schema">The table's schema.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="cancellation">Ends the query.</param>
    /// <exception cref="MigrateException">The table does not exist, is not Flyway's, or another role could have written it (2).</exception>
    public static async Task<FlywayHistory> ReadAsync(DatabaseSession session, TableTrust trust, string schema, string table, CancellationToken cancellation)
    {
        string name = Quote.Table(schema, table);
        var applied = new List<FlywayEntry>();
        var failed = new Dictionary<string, Problem>(StringComparer.Ordinal);
        var unreadable = new List<Problem>();
        ScriptVersion? baseline = null;
        try
        {
            await trust.ReadToolAsync(session, table, schema, $"SELECT version, type, script, checksum, success FROM {name} ORDER BY installed_rank", ReadRowsAsync, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == UndefinedColumn)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-flyway-history", $"{schema}.{table} is not a history table of Flyway: {ForeignText.Of(e.MessageText)}")
            {
                SqlState = e.SqlState,
                Advice = "Set the name of Flyway's history table with --flyway-table.",
            });
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.UndefinedTable)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-flyway-history", $"the table {schema}.{table} does not exist")
            {
                SqlState = e.SqlState,
                Advice = "Set the schema of Flyway's history table with --schema, and its name with --flyway-table.",
            });
        }

        return new FlywayHistory(baseline, applied, [.. failed.Values, .. unreadable]);

        async Task<bool> ReadRowsAsync(NpgsqlDataReader reader)
        {
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
                    unreadable.Add(new Problem("flyway-version", $"Flyway applied {script}, whose version is not supported: it {wrong}"));
                    continue;
                }

                switch (type)
                {
                    // A baseline script (SQL_BASELINE, …) replaces all versions up to its own.
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

            return true;
        }
    }

    // Flyway itself applies no further scripts until 'flyway repair' has removed the row.
    private static Problem Failed(string script) => new("flyway-failed", $"{script} failed when Flyway ran it, and may be partially applied")
    {
        Script = script,
        Advice = "Undo or complete its changes by hand, run 'flyway repair', then run this command again.",
    };

    /// <summary>Whether Flyway considers two versions equal. It does not distinguish 1 and 1.0.</summary>
    public static bool SameVersion(ScriptVersion a, ScriptVersion b) => Trimmed(a) == Trimmed(b);

    private static string Trimmed(ScriptVersion version)
        => string.Join('.', version.Label.Split('.').Select(p => p.TrimStart('0'))).TrimEnd('.');
}
