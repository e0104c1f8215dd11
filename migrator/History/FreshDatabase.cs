using Migrator.Database;

namespace Migrator.History;

/// <summary>
/// Finds out whether no application has used the database yet. Then there is no old version whose pods could still run, and the expand phase also applies
/// contract scripts. A row in the progress table keeps this fact until a run has succeeded: a first installation can be killed after some scripts.
/// </summary>
/// <param name="history">The history table.</param>
/// <param name="tables">The other tables.</param>
internal sealed class FreshDatabase(HistoryTable history, SideTables tables)
{
    // No key of a script: those of versioned scripts begin with a V or a U and a version, and those of repeatable scripts with R__.
    private const string Key = "fresh-database";

    private readonly ProgressTable _progress = new(tables);

    /// <summary>The statement that records that the database is fresh.</summary>
    public string NoteStatement => _progress.StartedStatement(Key, step: 0, checksum: "", existedBefore: null);

    /// <summary>The statement that deletes the row of <see cref="NoteStatement"/>.</summary>
    public string DeleteNoteStatement => _progress.DeleteScriptStatement(Key);

    /// <summary>Whether an earlier run has recorded that the database is fresh, and no run has succeeded since.</summary>
    /// <param name="steps">The rows of the progress table.</param>
    public static bool IsNoted(ILookup<string, StepRecord> steps) => steps.Contains(Key);

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
