namespace Migrator.Benchmarks.Cases;

/// <summary>The operation that is measured.</summary>
internal enum CaseKind
{
    /// <summary>Print the version.</summary>
    Start,

    /// <summary>Detect that no migrations are pending.</summary>
    NoOp,

    /// <summary>Apply all migrations to an empty database.</summary>
    Apply,
}
