using Migrator.Execution;
using Migrator.Execution.LockReport;
using Migrator.Linting;
using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Reporting;

/// <summary>
/// Describes the locks that were observed: a few words for a short lock, a warning for a lock that other sessions
/// notice.
/// </summary>
internal static class ObservedText
{
    /// <summary>A lock that is held at least this long is noticed by users of the application.</summary>
    public static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WorthWords = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Returns the ids of the lint rules that a blocking statement breaks: the findings at the same place, for the same
    /// table.
    /// </summary>
    public static IReadOnlyList<string> RulesOf(ObservedLock one, Script script, Func<IReadOnlyList<Finding>> findings)
        => one.IsBlocking || one.IsRewritten ? [.. Of(one, script, findings).Select(f => f.Rule.Id).Distinct()] : [];

    /// <summary>Returns what follows "applied … in …"; empty without a lock worth mentioning.</summary>
    public static string Short(IReadOnlyList<ObservedLock> observed)
        => string.Concat(observed.Where(o => o.IsBlocking && o.Held < Noticed && (o.Held >= WorthWords || o.IsRewritten)).GroupBy(o => o.Table).Select(g =>
        {
            ObservedLock longest = g.MaxBy(o => o.Held)!;
            string rewritten = g.Any(o => o.IsRewritten) ? " and rewritten" : "";
            return $"; {g.Key} locked for {TextStyle.Time(longest.Held)}{rewritten}";
        }));

    /// <summary>Returns a warning for each table that other sessions had to wait for.</summary>
    public static IEnumerable<Problem> Warnings(AppliedScript applied, Func<IReadOnlyList<Finding>> findings)
    {
        // One warning for the longest of the ACCESS EXCLUSIVE locks of a table, and one for the longest of the others.
        foreach (ObservedLock one in applied.Observed.Where(o => o.IsBlocking && o.Held >= Noticed)
            .GroupBy(o => (o.Table, o.Lock == TableLock.AccessExclusive)).Select(g => g.MaxBy(o => o.Held)!))
        {
            string rewritten = one.IsRewritten ? $", wrote the table anew ({Size(one.Bytes ?? 0)})" : "";
            yield return new Problem("observed-lock", $"{TableLocks.Blocked(one.Lock)} on {one.Table} waited up to {TextStyle.Time(one.Held)}")
            {
                Script = applied.Script.FileName,
                Position = one.Position,
                Detail = $"This statement took a lock {TableLocks.NameOf(one.Lock)}{rewritten}, and the lock was held until the commit.",
                Advice = Of(one, applied.Script, findings).FirstOrDefault() is { } finding ? $"{finding.Rule.SaferWay} [{finding.Rule.Id}]" : null,
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
