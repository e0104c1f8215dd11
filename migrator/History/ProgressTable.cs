using System.Globalization;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.History;

/// <summary>How far a step of a script got.</summary>
/// <param name="Step">Its number in the script, from 1.</param>
/// <param name="Checksum">Of its text when it ran.</param>
/// <param name="IsDone">Whether it is known to have happened; otherwise it was started, and the catalog has to tell.</param>
/// <param name="ExistedBefore">The object of that name that was there before it started; null when there was none.</param>
internal sealed record StepRecord(int Step, string Checksum, bool IsDone, uint? ExistedBefore);

/// <summary>
/// Guarantee 5: how far each script got that runs outside a transaction. A script's rows go when its history row is written.
/// </summary>
internal sealed class ProgressTable(SideTables tables)
{
    /// <summary>The table's name in SQL.</summary>
    public string Name => tables.Progress;

    /// <summary>A script keeps its rows when it is renamed, as long as its version stays.</summary>
    public static string KeyOf(Script script) => script.Version is { } version ? $"{script.Name.Prefix}{version.Label}" : script.FileName;

    /// <summary>The versions whose own scripts, or whose undo scripts, stopped half way.</summary>
    /// <param name="keys">The keys in the table.</param>
    /// <param name="kind">Versioned or undo.</param>
    public static IReadOnlyList<ScriptVersion> InterruptedIn(IEnumerable<string> keys, ScriptKind kind)
        => [.. keys.Where(k => k[0] == ScriptName.PrefixOf(kind))
            .Select(k => ScriptVersion.TryParse(k[1..], out ScriptVersion? version, out _) ? version : null)
            .OfType<ScriptVersion>()];

    /// <summary>A version's own key.</summary>
    public static string KeyOf(ScriptVersion version) => $"{ScriptName.PrefixOf(ScriptKind.Versioned)}{version.Label}";

    /// <summary>The steps of every half applied script.</summary>
    public static string SelectStatement(SideTables tables)
        => $"SELECT script, step, checksum, state = 'done', existed_before FROM {tables.Progress} ORDER BY script, step";

    /// <summary>Reads the rows of <see cref="SelectStatement"/>: by <see cref="KeyOf(Script)"/>.</summary>
    public static async Task<ILookup<string, StepRecord>> ReadStepsAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var rows = new List<(string Key, StepRecord Step)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            rows.Add((reader.GetString(0), new StepRecord(
                reader.GetInt32(1),
                reader.GetString(2),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<uint>(4))));
        }

        return rows.ToLookup(r => r.Key, r => r.Step, StringComparer.Ordinal);
    }

    /// <summary>Says that a step begins which cannot share a transaction with its row.</summary>
    public string StartedStatement(string key, int step, string checksum, uint? existedBefore) => Upsert(
        key, step, checksum, "started", existedBefore?.ToString(CultureInfo.InvariantCulture) ?? "NULL");

    public string DoneStatement(string key, int step, string checksum) => Upsert(key, step, checksum, "done", "NULL");

    /// <summary>Takes a step back: the server said that it did not happen.</summary>
    public string ForgetStatement(string key, int step)
        => string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {Name} WHERE script = {Quote.Literal(key)} AND step = {step}");

    public string ForgetAllStatement(string key) => $"DELETE FROM {Name} WHERE script = {Quote.Literal(key)}";

    /// <summary>Repeatables run from their top again: an undo may have taken what their first steps made. Only theirs is a key that is a whole name.</summary>
    public string ForgetRepeatablesStatement() => $"DELETE FROM {Name} WHERE left(script, 1) NOT IN ('V', 'U')";

    private string Upsert(string key, int step, string checksum, string state, string existedBefore)
        => string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO {Name} (script, step, checksum, state, existed_before)
            VALUES ({Quote.Literal(key)}, {step}, '{checksum}', '{state}', {existedBefore})
            ON CONFLICT (script, step) DO UPDATE SET checksum = EXCLUDED.checksum, state = EXCLUDED.state, existed_before = EXCLUDED.existed_before, at = EXCLUDED.at
            """);
}
