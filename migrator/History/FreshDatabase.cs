using Migrator.Database;
using Migrator.Scripts;

namespace Migrator.History;

/// <summary>
/// Finds out whether no application has used the database yet. Then there is no old version whose pods could still run, and the expand phase also applies
/// contract scripts. A row in the progress table keeps this fact until a run has succeeded: a first installation can be killed after some scripts. When
/// all expand scripts of that installation are applied, the gate lets the application start, and the row does not count any more.
/// </summary>
/// <param name="history">The history table.</param>
/// <param name="tables">The other tables.</param>
internal sealed class FreshDatabase(HistoryTable history, SideTables tables)
{
    // No key of a script: those of versioned scripts begin with a V or a U and a version, and those of repeatable scripts with R__.
    private const string Key = "fresh-database";

    private readonly ProgressTable _progress = new(tables);

    // Follows the version in the note if the gate also waits for repeatable scripts.
    private const string WithRepeatables = " R";

    /// <summary>Gets the statement that records that the database is fresh.</summary>
    /// <param name="scripts">The scripts of the first installation.</param>
    public string NoteStatement(ScriptSet scripts)
        => _progress.StartedStatement(Key, step: 0, checksum: scripts.NewestExpand?.Label + (scripts.Repeatable.Any(s => !s.RepeatsAlways) ? WithRepeatables : ""), existedBefore: null);

    /// <summary>The statement that deletes the row of <see cref="NoteStatement"/>.</summary>
    public string DeleteNoteStatement => _progress.DeleteScriptStatement(Key);

    /// <summary>Whether an earlier run has recorded that the database is fresh, no run has succeeded since, and the gate lets no application start yet.</summary>
    /// <param name="steps">The rows of the progress table.</param>
    /// <param name="history">The rows of the history table.</param>
    public static bool IsNoted(ILookup<string, StepRecord> steps, IReadOnlyList<HistoryEntry> history)
    {
        if (steps[Key].FirstOrDefault()?.Checksum is not { } note)
        {
            return false;
        }

        bool hasRepeatables = note.EndsWith(WithRepeatables, StringComparison.Ordinal);
        string newest = hasRepeatables ? note[..^WithRepeatables.Length] : note;
        return (newest.Length > 0 && !history.Any(e => e.Version?.Label == newest)) || (hasRepeatables && !history.Any(e => e.Kind == HistoryKind.Repeatable));
    }

    /// <summary>Whether the row of <see cref="NoteStatement"/> exists.</summary>
    public static bool HasNote(ILookup<string, StepRecord> steps) => steps.Contains(Key);

    /// <summary>Asks whether the database has no table, except for those of <c>migrate</c> and of extensions.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    public Task<bool> HasNoTableAsync(DatabaseSession session, CancellationToken cancellation) => session.ScalarAsync<bool>(
        $"""
        SELECT NOT EXISTS (
            SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
               AND NOT (n.nspname = {Quote.Literal(history.Schema)} AND c.relname = ANY (ARRAY[{string.Join(", ", SideTables.NamesOf(history.Name).Select(Quote.Literal))}]))
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
        """,
        cancellation);
}
