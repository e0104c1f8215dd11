using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>migrate sets a lock_timeout for each try; a script or an option may take it away.</summary>
internal static class LockTimeoutRule
{
    public static readonly LintRule Rule = new(
        "lock-timeout-off",
        LintSeverity.Warning,
        "Without lock_timeout, a statement that waits for its lock makes every later query on that table wait behind it, for as long as the oldest transaction lasts.",
        "Leave lock_timeout to migrate (--lock-timeout, 5s by default): a lock that is not to be had in time is given up and tried again.",
        "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT")
    { Relief = LintRelief.Never };

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        if (statement.HasLockTimeout)
        {
            yield break;
        }

        // The waiting of CONCURRENTLY blocks nobody.
        SchemaChange? waits = statement.InUse.FirstOrDefault(c => TableLocks.BlocksWrites(c.Lock) && !c.IsConcurrent);
        if (waits is not null)
        {
            yield return new RuleHit(Rule, $"{waits.Words} may wait for its lock on {Naming.Of(waits.Table ?? waits.Name)} without a limit, and all other queries behind it", waits);
        }
    }
}
