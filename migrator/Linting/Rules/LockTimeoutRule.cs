using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>The rule about statements that wait for a lock without a <c>lock_timeout</c>. <c>migrate</c> sets one, but a script or an option can switch it off.</summary>
internal static class LockTimeoutRule
{
    public static readonly LintRule Rule = new(
        "lock-timeout-off",
        LintSeverity.Warning,
        "Without lock_timeout, a statement can wait for its lock until the longest transaction on the table ends. All later queries on the table wait for that statement.",
        "Let migrate set lock_timeout (--lock-timeout, 5s by default). When a lock wait times out, migrate retries.",
        "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        if (statement.HasLockTimeout)
        {
            yield break;
        }

        // A CONCURRENTLY statement that waits does not block other sessions.
        SchemaChange? waits = statement.InUse.FirstOrDefault(c => TableLocks.BlocksWrites(c.Lock) && !c.IsConcurrent);
        if (waits is not null)
        {
            yield return new RuleMatch(Rule, $"{waits.StatementName} can wait for its lock on {DisplayName.Of(waits.Table ?? waits.Name)} without a limit, and block all later queries on the table", waits);
        }
    }
}
