namespace Migrator.Linting;

/// <summary>One rule. Its id is part of the contract: suppressions in scripts name it.</summary>
/// <param name="Id">Such as <c>index-without-concurrently</c>.</param>
/// <param name="Severity">The usual one; a single finding may be milder.</param>
/// <param name="Happens">What happens when the statement runs.</param>
/// <param name="Safer">The safer way.</param>
/// <param name="Source">Where it is documented.</param>
internal sealed record LintRule(string Id, LintSeverity Severity, string Happens, string Safer, string Source)
{
    /// <summary>When a look at the database makes it no more than worth knowing.</summary>
    public LintRelief Relief { get; init; } = LintRelief.Small;
}

/// <summary>What a table has to be for a finding to be harmless.</summary>
internal enum LintRelief
{
    /// <summary>The size does not matter.</summary>
    Never,

    /// <summary>It holds no rows.</summary>
    Empty,

    /// <summary>It is so small that reading or writing all of it takes no time.</summary>
    Small,
}
