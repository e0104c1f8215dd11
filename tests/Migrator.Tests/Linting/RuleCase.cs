namespace Migrator.Tests.Linting;

/// <summary>Scripts that break a rule, or that follow its safer way, on the tables of <see cref="RuleCases.Schema"/>.</summary>
/// <param name="Rule">The id of the rule.</param>
/// <param name="Scripts">The scripts, each in its own transaction.</param>
public sealed record RuleCase(string Rule, params string[] Scripts)
{
    /// <summary>The severity of the finding.</summary>
    public string Severity { get; init; } = "error";

    /// <summary>The name of the lock that the scripts acquire on <c>orders</c>; null if the rule is not about a lock.</summary>
    public string? Lock { get; init; }

    /// <summary>Whether the scripts rewrite <c>orders</c>.</summary>
    public bool Rewrites { get; init; }

    /// <summary>Whether the scripts cause a full table scan of <c>orders</c> under the lock.</summary>
    public bool Reads { get; init; }

    public override string ToString() => $"{Rule}: {string.Join(" | ", Scripts).ReplaceLineEndings(" ")}";
}
