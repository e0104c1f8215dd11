using Migrator.Linting.Rules;

namespace Migrator.Linting;

/// <summary>The registry of all lint rules.</summary>
internal static class LintRules
{
    /// <summary>The checks of the changes that a statement makes. Each checks a group of rules.</summary>
    public static readonly IReadOnlyList<Func<LintedStatement, IEnumerable<RuleMatch>>> ChangeChecks =
    [
        IndexRules.Find, ConstraintRules.Find, NotNullRules.Find, NewColumnRules.Find, ColumnTypeRule.Find, RewriteRule.Find,
        CompatibilityRules.Find, LongTransactionRules.Find, LockTimeoutRule.Find, PartitionRules.Find, DomainRules.Find, PhaseRules.Find,
    ];

    /// <summary>The checks of a whole statement: <see cref="ChangeChecks"/>, and those that read its text, including the code of a DO block.</summary>
    public static readonly IReadOnlyList<Func<LintedStatement, IEnumerable<RuleMatch>>> StatementChecks = [.. ChangeChecks, TransactionRules.Find, EnumRule.Find];

    /// <summary>All rules.</summary>
    public static readonly IReadOnlyList<LintRule> All =
    [
        IndexRules.Create, IndexRules.Drop, IndexRules.Reindex,
        ConstraintRules.ForeignKey, ConstraintRules.Check, ConstraintRules.Validate, ConstraintRules.Unique, ConstraintRules.Exclusion,
        NotNullRules.Set, NotNullRules.Add,
        NewColumnRules.VolatileDefault, NewColumnRules.StoredGenerated, NewColumnRules.Serial,
        ColumnTypeRule.Rule, RewriteRule.Rule,
        PartitionRules.Attach, PartitionRules.DefaultPartition, PartitionRules.Detach, PartitionRules.Concurrently, PartitionRules.ForeignKey,
        DomainRules.Column, DomainRules.Constraint,
        CompatibilityRules.Rename, CompatibilityRules.DropTable, CompatibilityRules.DropColumn, CompatibilityRules.DropObject, CompatibilityRules.Truncate,
        CompatibilityRules.RowSecurity,
        PhaseRules.Removal, PhaseRules.Narrowing, PhaseRules.Cascade,
        TransactionRules.Refused, TransactionRules.CannotRunAgain, TransactionRules.Unseen,
        LongTransactionRules.AfterExclusiveLock, LongTransactionRules.Backfill,
        LockTimeoutRule.Rule, EnumRule.Rule,
        Suppression.WithoutReason, Suppression.Unused,
    ];
}
