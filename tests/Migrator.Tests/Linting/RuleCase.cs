namespace Migrator.Tests.Linting;

/// <summary>One way to do something to the tables that <see cref="RuleCases.Schema"/> creates.</summary>
/// <param name="Rule">The rule that it breaks, or the one whose safer way it is.</param>
/// <param name="Scripts">The scripts, each in its own transaction.</param>
public sealed record RuleCase(string Rule, params string[] Scripts)
{
    /// <summary>The severity of the finding.</summary>
    public string Severity { get; init; } = "error";

    /// <summary>The lock that it takes on <c>orders</c>, as PostgreSQL calls it; null when the rule is not about one.</summary>
    public string? Lock { get; init; }

    /// <summary>Whether it writes <c>orders</c> anew.</summary>
    public bool Rewrites { get; init; }

    /// <summary>Whether it reads all rows of <c>orders</c> under its lock.</summary>
    public bool Reads { get; init; }

    public override string ToString() => $"{Rule}: {string.Join(" | ", Scripts).ReplaceLineEndings(" ")}";
}
