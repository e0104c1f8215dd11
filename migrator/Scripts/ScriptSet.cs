namespace Migrator.Scripts;

/// <summary>All scripts of the folders.</summary>
/// <param name="Versioned">The versioned scripts, ordered by version.</param>
/// <param name="Repeatable">The repeatable scripts, in ordinal order of their names. Evolve has the same order under the invariant culture.</param>
/// <param name="Undo">The undo scripts, ordered by version.</param>
internal sealed record ScriptSet(
    IReadOnlyList<Script> Versioned,
    IReadOnlyList<Script> Repeatable,
    IReadOnlyList<Script> Undo)
{
    /// <summary>The undo scripts whose migration is also in the set.</summary>
    public IReadOnlyList<Script> UndoWithMigration => [.. Undo.IntersectBy(Versioned.Select(s => s.Version), s => s.Version)];

    /// <summary>The newest version in the folders; null if there is no versioned script.</summary>
    public ScriptVersion? Newest => Versioned.Count == 0 ? null : Versioned[^1].Version;

    /// <summary>The newest version of an expand script; null for none. The application of this folder needs it, but not the contract scripts.</summary>
    public ScriptVersion? NewestExpand => Versioned.LastOrDefault(s => s.Phase == ScriptPhase.Expand)?.Version;
}
