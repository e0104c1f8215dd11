using Migrator.Execution;
using Migrator.Execution.LockReport;
using Migrator.Linting;
using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Reporting;

/// <summary>
/// Describes observed locks: a short note for a short lock, a warning for a lock that blocked other sessions for a
/// noticeable time.
/// </summary>
internal static class ObservedText
{
    /// <summary>The minimum duration of a lock that is reported as a warning. Default 1 s, because users notice a longer pause.</summary>
    public static readonly TimeSpan WarningThreshold = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan NoteThreshold = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Returns the ids of the lint rules that a blocking statement violates. These are the findings for the same statement and
    /// table.
    /// </summary>
    public static IReadOnlyList<string> RulesOf(ObservedLock one, Script script, Func<IReadOnlyList<Finding>> findings)
        => one.IsBlocking || one.IsRewritten ? [.. Of(one, script, findings).Select(f => f.Rule.Id).Distinct()] : [];

    /// <summary>Returns the note after "applied … in …"; empty if no lock is long enough.</summary>
    public static string Short(IReadOnlyList<ObservedLock> observed)
        => string.Concat(observed.Where(o => o.IsBlocking && o.Held < WarningThreshold && (o.Held >= NoteThreshold || o.IsRewritten)).GroupBy(o => o.Table).Select(g =>
        {
            ObservedLock longest = g.MaxBy(o => o.Held)!;
            string rewritten = g.Any(o => o.IsRewritten) ? " and rewritten" : "";
            return $"; {g.Key} locked for {TextStyle.Time(longest.Held)}{rewritten}";
        }));

    /// <summary>Returns a warning for each table that was locked for at least <see cref="WarningThreshold"/>.</summary>
    public static IEnumerable<Problem> Warnings(AppliedScript applied, Func<IReadOnlyList<Finding>> findings)
    {
        // One warning for the longest of the ACCESS EXCLUSIVE locks of a table, and one for the longest of the others.
        foreach (ObservedLock one in applied.Observed.Where(o => o.IsBlocking && o.Held >= WarningThreshold)
            .GroupBy(o => (o.Table, o.Lock == TableLock.AccessExclusive)).Select(g => g.MaxBy(o => o.Held)!))
        {
            string rewritten = one.IsRewritten ? $", rewrote the table ({Size(one.Bytes ?? 0)})" : "";
            yield return new Problem("observed-lock", $"{TableLocks.Blocked(one.Lock)} on {one.Table} waited up to {TextStyle.Time(one.Held)}")
            {
                Script = applied.Script.FileName,
                Position = one.Position,
                Detail = one.IsCertain
                    ? $"This statement acquired the {TableLocks.NameOf(one.Lock)} lock{rewritten}, and held the lock until the commit."
                    : $"The script does not show which statement locked {one.Table}. Probably this one acquired the {TableLocks.NameOf(one.Lock)} lock{rewritten}. The lock was held until the commit.",
                Advice = Of(one, applied.Script, findings).FirstOrDefault() is { } finding ? $"{finding.SaferWay} [{finding.Rule.Id}]" : null,
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
