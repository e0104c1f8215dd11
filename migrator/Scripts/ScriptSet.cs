namespace Migrator.Scripts;

/// <summary>Every script of the folders, in the order in which it would run.</summary>
/// <param name="Versioned">By version.</param>
/// <param name="Repeatable">By name, in ordinal order, as Evolve under the invariant culture.</param>
/// <param name="Undo">By version.</param>
internal sealed record ScriptSet(
    IReadOnlyList<Script> Versioned,
    IReadOnlyList<Script> Repeatable,
    IReadOnlyList<Script> Undo)
{
    /// <summary>No script at all.</summary>
    public static ScriptSet Empty { get; } = new([], [], []);

    /// <summary>The undo scripts whose migration is here too: this folder owns them.</summary>
    public IReadOnlyList<Script> OwnUndo => [.. Undo.IntersectBy(Versioned.Select(s => s.Version), s => s.Version)];

    /// <summary>The newest version in the folders; null where there is none.</summary>
    public ScriptVersion? Newest => Versioned.Count == 0 ? null : Versioned[^1].Version;
}
