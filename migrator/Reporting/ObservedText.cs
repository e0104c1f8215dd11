using Migrator.Execution;
using Migrator.Execution.LockReport;
using Migrator.Linting;
using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Reporting;

/// <summary>What migrations really locked, for people: nothing when it was nothing, a few words when it was short, a sentence when others had to wait.</summary>
internal static class ObservedText
{
    /// <summary>From here on a user of the application notices.</summary>
    public static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WorthWords = TimeSpan.FromMilliseconds(50);

    /// <summary>The rules of <c>lint</c> that a statement breaks which made others wait: the same place, and the same table.</summary>
    public static IReadOnlyList<string> RulesOf(ObservedLock one, Script script, Func<IReadOnlyList<Finding>> findings)
        => one.IsBlocking || one.IsRewritten ? [.. Of(one, script, findings).Select(f => f.Rule.Id).Distinct()] : [];

    /// <summary>What stands behind "applied … in …"; empty when there is nothing to say.</summary>
    public static string Short(IReadOnlyList<ObservedLock> observed)
        => string.Concat(observed.Where(o => o.IsBlocking && o.Held < Noticed && (o.Held >= WorthWords || o.IsRewritten)).GroupBy(o => o.Table).Select(g =>
        {
            ObservedLock longest = g.MaxBy(o => o.Held)!;
            string rewritten = g.Any(o => o.IsRewritten) ? " and rewritten" : "";
            return $"; {g.Key} locked for {TextStyle.Time(longest.Held)}{rewritten}";
        }));

    /// <summary>A sentence for each table that others had to wait for.</summary>
    public static IEnumerable<Problem> Warnings(AppliedScript applied, Func<IReadOnlyList<Finding>> findings)
    {
        // The longest wait is the worst; of two locks that were held as long, the stronger.
        foreach (ObservedLock one in applied.Observed.Where(o => o.IsBlocking && o.Held >= Noticed)
            .GroupBy(o => (o.Table, o.Lock == TableLock.AccessExclusive)).Select(g => g.MaxBy(o => o.Held)!))
        {
            string rewritten = one.IsRewritten ? $", wrote the table anew ({Size(one.Bytes ?? 0)})" : "";
            yield return new Problem("observed-lock", $"{TableLocks.Blocked(one.Lock)} on {one.Table} waited up to {TextStyle.Time(one.Held)}")
            {
                Script = applied.Script.FileName,
                Position = one.Position,
                Detail = $"This statement took a lock {TableLocks.NameOf(one.Lock)}{rewritten}, and the lock was held until the commit.",
                Advice = Of(one, applied.Script, findings).FirstOrDefault() is { } finding ? $"{finding.Rule.Safer} [{finding.Rule.Id}]" : null,
            };
        }
    }

    private static IEnumerable<Finding> Of(ObservedLock one, Script script, Func<IReadOnlyList<Finding>> findings)
        => findings().Where(f => f.Script == script && f.Statement == one.Position
            && (f.Table is null || f.Table.Name == one.Table || one.Table.EndsWith("." + f.Table.Name, StringComparison.Ordinal)));

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.0} MB"),
        _ => FormattableString.Invariant($"{bytes / 1024} kB"),
    };
}
