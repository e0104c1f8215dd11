namespace Migrator.Rehearsal.Stability;

internal enum ManifestOutcome
{
    /// <summary>Asked again.</summary>
    Unstable,

    /// <summary>Done.</summary>
    Stable,

    /// <summary>The stage fails.</summary>
    Failed,
}
