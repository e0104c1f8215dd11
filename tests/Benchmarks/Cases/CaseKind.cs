namespace Migrator.Benchmarks.Cases;

/// <summary>What a contender is to do.</summary>
internal enum CaseKind
{
    /// <summary>Say which version it is.</summary>
    Start,

    /// <summary>Find out that nothing is pending.</summary>
    NoOp,

    /// <summary>Apply everything to an empty database.</summary>
    Apply,
}
