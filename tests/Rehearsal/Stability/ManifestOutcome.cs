namespace Migrator.Rehearsal.Stability;

internal enum ManifestOutcome
{
    /// <summary>Not stable yet. The status is read again.</summary>
    Unstable,

    /// <summary>Stable.</summary>
    Stable,

    /// <summary>Failed. The stage fails, too.</summary>
    Failed,
}
