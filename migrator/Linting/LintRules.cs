using Migrator.Linting.Rules;

namespace Migrator.Linting;

/// <summary>The registry of all lint rules.</summary>
internal static class LintRules
{
    /// <summary>The checks. Each checks a statement against a group of rules.</summary>
    public static readonly IReadOnlyList<Func<LintedStatement, IEnumerable<RuleMatch>>> Checks =
    [
        IndexRules.Find, ConstraintRules.Find, NotNullRules.Find, NewColumnRules.Find, ColumnTypeRule.Find, RewriteRule.Find,
        CompatibilityRules.Find, TransactionRules.Find, LongTransactionRules.Find, LockTimeoutRule.Find,
        EnumRule.Find,
    ];

    /// <summary>All rules.</summary>
    public static readonly IReadOnlyList<LintRule> All =
    [
        IndexRules.Create, IndexRules.Drop, IndexRules.Reindex,
        ConstraintRules.ForeignKey, ConstraintRules.Check, ConstraintRules.Validate, ConstraintRules.Unique, ConstraintRules.Exclusion,
        NotNullRules.Set, NotNullRules.Add,
        NewColumnRules.VolatileDefault, NewColumnRules.StoredGenerated, NewColumnRules.Serial,
        ColumnTypeRule.Rule, RewriteRule.Rule,
        CompatibilityRules.Rename, CompatibilityRules.DropTable, CompatibilityRules.DropColumn,
        TransactionRules.Refused, TransactionRules.CannotRunAgain,
        LongTransactionRules.AfterExclusiveLock, LongTransactionRules.Backfill,
        LockTimeoutRule.Rule, EnumRule.Rule,
        Suppression.WithoutReason, Suppression.Unused,
    ];
}
