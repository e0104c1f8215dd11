using Migrator.Linting.Rules;

namespace Migrator.Linting;

/// <summary>Every rule, and who finds it.</summary>
internal static class LintRules
{
    /// <summary>The finders, a family of rules each.</summary>
    public static readonly IReadOnlyList<Func<LintedStatement, IEnumerable<RuleHit>>> Finders =
    [
        IndexRules.Find, ConstraintRules.Find, NotNullRules.Find, NewColumnRules.Find, ColumnTypeRule.Find, RewriteRule.Find,
        CompatibilityRules.Find, TransactionRules.Find, LongTransactionRules.Find, LockTimeoutRule.Find,
    ];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<LintRule> All =
    [
        IndexRules.Create, IndexRules.Drop, IndexRules.Reindex,
        ConstraintRules.ForeignKey, ConstraintRules.Check, ConstraintRules.Validate, ConstraintRules.Unique, ConstraintRules.Exclusion,
        NotNullRules.Set, NotNullRules.Add,
        NewColumnRules.VolatileDefault, NewColumnRules.StoredGenerated, NewColumnRules.Serial,
        ColumnTypeRule.Rule, RewriteRule.Rule,
        CompatibilityRules.Rename, CompatibilityRules.DropTable, CompatibilityRules.DropColumn,
        TransactionRules.Refused, TransactionRules.CannotRunAgain,
        LongTransactionRules.Behind, LongTransactionRules.Backfill,
        LockTimeoutRule.Rule,
        Suppression.WithoutReason, Suppression.Unused,
    ];
}
