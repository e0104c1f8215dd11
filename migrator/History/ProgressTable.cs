using System.Globalization;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>One row of the progress table: the state of one step of a script.</summary>
/// <param name="Step">The number of the step in the script, from 1.</param>
/// <param name="Checksum">The checksum of the step's text when it ran.</param>
/// <param name="IsDone">
/// Whether the step took effect. Otherwise it was started, and the system catalog has to be queried for its effect.
/// </param>
/// <param name="ExistedBefore">
/// The oid of the object that existed under the same name before the step started; null for none.
/// </param>
/// <param name="Session">The state of the session after the step, as JSON (<c>SessionState</c>); null if it is not known.</param>
internal sealed record StepRecord(int Step, string Checksum, bool IsDone, uint? ExistedBefore, string? Session);

/// <summary>
/// The progress table: the steps of <c>-- evolve-tx-off</c> scripts that have run, so that a script can be resumed after a
/// failure (guarantee 5). A script's rows are deleted when its history row is written.
/// </summary>
/// <param name="tables">The names of the tables.</param>
internal sealed class ProgressTable(SideTables tables)
{
    /// <summary>The columns without which a table of this name belongs to an application.</summary>
    public static IReadOnlyList<string> RequiredColumns { get; } = ["script", "step", "checksum", "state", "existed_before"];

    /// <summary>The table's name in SQL.</summary>
    public string Name => tables.Progress;

    /// <summary>
    /// Gets the key of a script: its prefix and version, such as V7, or the file name of a repeatable script. A versioned
    /// script keeps its rows if only its description changes.
    /// </summary>
    public static string KeyOf(Script script) => script.Version is { } version ? $"{script.Name.Prefix}{version.Label}" : script.FileName;

    /// <summary>Gets the versions whose migration scripts, or whose undo scripts, stopped before their last statement.</summary>
    /// <param name="keys">The keys in the table.</param>
    /// <param name="kind">The kind of the scripts: versioned or undo.</param>
    public static IReadOnlyList<ScriptVersion> InterruptedVersions(IEnumerable<string> keys, ScriptKind kind)
        => [.. keys.Where(k => k[0] == ScriptName.PrefixOf(kind))
            .Select(k => ScriptVersion.TryParse(k[1..], out ScriptVersion? version, out _) ? version : null)
            .OfType<ScriptVersion>()];

    /// <summary>Gets the key of a version's migration script.</summary>
    public static string KeyOf(ScriptVersion version) => $"{ScriptName.PrefixOf(ScriptKind.Versioned)}{version.Label}";

    /// <summary>Gets the query for all rows, ordered by script and step.</summary>
    public static string SelectStatement(SideTables tables)
        => $"SELECT script, step, checksum, state = 'done', existed_before, {(tables.HasNewColumns ? "session" : "NULL")} FROM {tables.Progress} ORDER BY script, step";

    /// <summary>Reads the rows of <see cref="SelectStatement"/>.</summary>
    /// <returns>The steps by <see cref="KeyOf(Script)"/>.</returns>
    public static async Task<ILookup<string, StepRecord>> ReadStepsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var rows = new List<(string Key, StepRecord Step)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            rows.Add((reader.GetString(0), new StepRecord(
                reader.GetInt32(1),
                reader.GetString(2),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<uint>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5))));
        }

        return rows.ToLookup(r => r.Key, r => r.Step, StringComparer.Ordinal);
    }

    /// <summary>Gets the statement that records the start of a step that cannot run in a transaction with its row.</summary>
    public string StartedStatement(string key, int step, string checksum, uint? existedBefore) => Upsert(
        key, step, checksum, "started", existedBefore?.ToString(CultureInfo.InvariantCulture) ?? "NULL");

    /// <summary>Gets the statement that records that a step took effect.</summary>
    public string DoneStatement(string key, int step, string checksum) => Upsert(key, step, checksum, "done", "NULL");

    /// <summary>Gets the statement that records the state of the session after a step.</summary>
    /// <param name="key">The key of the script.</param>
    /// <param name="step">The number of the step, which has a row.</param>
    /// <param name="session">The SQL expression for the state.</param>
    public string SessionStatement(string key, int step, string session)
        => string.Create(CultureInfo.InvariantCulture, $"UPDATE {Name} SET session = {session} WHERE script = {Quote.Literal(key)} AND step = {step}");

    /// <summary>Gets the statement that deletes the row of a step that the server refused.</summary>
    public string DeleteStepStatement(string key, int step)
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Name} WHERE script = {Quote.Literal(key)} AND step = {step}");

    /// <summary>Gets the statement that deletes all rows of a script.</summary>
    public string DeleteScriptStatement(string key) => $"DELETE FROM {Name} WHERE script = {Quote.Literal(key)}";

    /// <summary>
    /// Gets the statement that deletes the rows of all repeatable scripts. They start from their first step again, because an
    /// undo may have removed what their first steps created. Their keys are file names, which start neither with V nor with U.
    /// </summary>
    public string DeleteRepeatablesStatement() => $"DELETE FROM {Name} WHERE left(script, 1) NOT IN ('V', 'U')";

    private string Upsert(string key, int step, string checksum, string state, string existedBefore)
        => string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO {Name} (script, step, checksum, state, existed_before)
            VALUES ({Quote.Literal(key)}, {step}, '{checksum}', '{state}', {existedBefore})
            ON CONFLICT (script, step) DO UPDATE SET checksum = EXCLUDED.checksum, state = EXCLUDED.state, existed_before = EXCLUDED.existed_before, at = EXCLUDED.at
            """);
}
