namespace Migrator.Database;

/// <summary>
/// Which scripts a run can apply or undo. Each part is a lock of its own, so that the expand phase of the next release does not wait for a contract
/// phase that takes hours.
/// </summary>
[Flags]
internal enum RunLockScope
{
    /// <summary>Expand scripts and repeatable scripts.</summary>
    Expand = 1,

    /// <summary>Contract scripts.</summary>
    Contract = 2,

    /// <summary>All scripts.</summary>
    All = Expand | Contract,
}
