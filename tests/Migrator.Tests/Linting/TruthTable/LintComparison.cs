using Migrator.Linting;
using Migrator.Linting.Rules;
using Migrator.Sql.Changes;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>Compares the findings of lint, and the locks that it assumes, with the measured effects.</summary>
internal static class LintComparison
{
    /// <summary>The rules that say that a statement blocks other sessions while it scans or rewrites rows.</summary>
    private static readonly LintRule[] s_rules =
    [
        IndexRules.Create, IndexRules.Reindex,
        ConstraintRules.ForeignKey, ConstraintRules.Check, ConstraintRules.Validate, ConstraintRules.Unique, ConstraintRules.Exclusion,
        NotNullRules.Set,
        NewColumnRules.VolatileDefault, NewColumnRules.StoredGenerated, NewColumnRules.Serial,
        ColumnTypeRule.Rule, RewriteRule.Rule,
        PartitionRules.Attach, PartitionRules.DefaultPartition, DomainRules.Column, DomainRules.Constraint,
    ];

    /// <summary>Compares a case with one line of the table.</summary>
    public static IEnumerable<Difference> Compare(TruthCase one, string majors, IReadOnlyList<RelationEffect> effects)
    {
        var all = Lint.After([one.Setup], $"-- evolve-tx-off\nBEGIN;\n{one.Statement};\nCOMMIT;");
        // DETACH PARTITION scans a table only if another table references the partitioned table. The finding is an error then.
        var findings = all.Where(f => s_rules.Contains(f.Rule) || f is { Severity: LintSeverity.Error, Rule.Id: "detach-partition-without-concurrently" }).ToList();
        var said = string.Join(", ", findings.Select(f => $"{f.Severity.ToString().ToLowerInvariant()} {f.Rule.Id}").Distinct());
        if (BlocksLong(effects) && findings.Count == 0)
        {
            yield return new Difference(one.Name, majors, "missed", $"lint: nothing; server: {string.Join("; ", effects.Where(e => Blocks(e) || IsWork(e)))}");
        }
        else if (!BlocksLong(effects) && findings.Count > 0)
        {
            yield return new Difference(one.Name, majors, "too strict", $"lint: {said}; server: {(effects.Count == 0 ? "none" : string.Join("; ", effects))}");
        }

        else if (findings.Count > 0)
        {
            // A message says "unless" or "if" when the syntax does not show the effect.
            var messages = findings.Where(f => f.Severity == LintSeverity.Error).Select(f => f.Message).ToList();
            foreach (var (word, happens) in new[] { ("reads", effects.Any(e => Blocks(e) && TableLocks.BlocksReads(e.Lock))), ("rewrites", effects.Any(e => e is { Kind: "table" or "materialized view", IsRewritten: true })) })
            {
                var isSaid = messages.Exists(m => m.Contains(word, StringComparison.Ordinal));
                if (messages.Count > 0 && isSaid != happens)
                {
                    yield return new Difference(one.Name, majors, "wrong effect", $"lint says \"{word}\": {(isSaid ? "yes" : "no")}; server: {string.Join("; ", effects)}");
                }
            }
        }

        if (all.Any(f => f.Rule == TransactionRules.Refused) != one.RunsOutsideTransaction)
        {
            yield return new Difference(one.Name, majors, "wrong transaction", $"server: {(one.RunsOutsideTransaction ? "refuses the statement" : "runs the statement")} in a transaction block");
        }

        foreach (var difference in CompareLocks(one, majors, effects))
        {
            yield return difference;
        }
    }

    private static IEnumerable<Difference> CompareLocks(TruthCase one, string majors, IReadOnlyList<RelationEffect> effects)
    {
        var named = new HashSet<string>();
        foreach (var group in Lint.Changes(one.Setup, one.Statement).Where(c => c.Lock != TableLock.None).GroupBy(c => TableOf(c, effects)))
        {
            var assumed = group.Max(c => c.Lock);
            var measured = effects.Where(e => e.Name == group.Key).Select(e => e.Lock).DefaultIfEmpty().Max();
            if (group.Key is not null)
            {
                named.Add(group.Key);
            }

            if (assumed != measured)
            {
                yield return new Difference(one.Name, majors, "wrong lock", $"{group.Key ?? "?"}: lint: {TableLocks.NameOf(assumed)}; server: {TableLocks.NameOf(measured)}");
            }
        }

        var others = effects.Where(e => Blocks(e) && !named.Contains(e.Name) && e.Kind is not "index").ToList();
        if (others.Count > 0)
        {
            yield return new Difference(one.Name, majors, "more tables", $"server: {string.Join("; ", others)}");
        }
    }

    // DROP INDEX and REINDEX INDEX name the index, and lint assumes a lock on its table.
    private static string? TableOf(SchemaChange change, IReadOnlyList<RelationEffect> effects)
        => change.Table?.Name ?? (change.Kind is ChangeKind.DropIndex or ChangeKind.Reindex ? effects.FirstOrDefault(e => e.Kind == "table")?.Name : change.Name?.Name);

    private static bool BlocksLong(IReadOnlyList<RelationEffect> effects) => effects.Any(Blocks) && effects.Any(IsWork);

    // Other sessions do not write to materialized views and indexes. Every query of a table acquires an ACCESS SHARE lock on its indexes.
    private static bool Blocks(RelationEffect effect) => effect.Kind switch
    {
        "table" => TableLocks.BlocksWrites(effect.Lock),
        "materialized view" or "index" or "view" => TableLocks.BlocksReads(effect.Lock),
        _ => false,
    };

    private static bool IsWork(RelationEffect effect) => effect.Kind is "table" or "materialized view" or "index" && (effect.IsRewritten || effect.IsScanned);
}
