namespace Migrator.Linting;

/// <summary>A lint rule.</summary>
/// <param name="Id">The id, such as <c>index-without-concurrently</c>. It must not change: suppression comments in scripts contain it.</param>
/// <param name="Severity">The default severity. A single finding can have a lower one.</param>
/// <param name="Effect">What happens when the statement runs.</param>
/// <param name="SaferWay">How to get the same result with less risk.</param>
/// <param name="Source">The documentation of the effect: a URL of PostgreSQL's documentation, or a section of one of the project's pages.</param>
internal sealed record LintRule(string Id, LintSeverity Severity, string Effect, string SaferWay, string Source)
{
    /// <summary>The table size up to which a finding is harmless and <c>plan</c> reports it with severity <c>info</c>.</summary>
    public HarmlessTableSize HarmlessTableSize { get; init; } = HarmlessTableSize.Small;
}

/// <summary>The table size up to which a finding is harmless.</summary>
internal enum HarmlessTableSize
{
    /// <summary>The finding is never harmless, regardless of the size.</summary>
    Never,

    /// <summary>The table is empty.</summary>
    Empty,

    /// <summary>The table is so small that a full table scan or a table rewrite takes a few milliseconds.</summary>
    Small,
}
