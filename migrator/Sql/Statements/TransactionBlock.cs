using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Knows the statements that PostgreSQL refuses inside a transaction block: the calls of
/// <c>PreventInTransactionBlock</c> in PostgreSQL 14 to 18, which are in <c>tcop/utility.c</c> (COMMIT and ROLLBACK
/// PREPARED, databases, tablespaces, ALTER SYSTEM, DETACH PARTITION CONCURRENTLY, CREATE and DROP INDEX CONCURRENTLY)
/// and under <c>commands/</c> in <c>indexcmds.c</c> (REINDEX),
/// <c>vacuum.c</c>, <c>cluster.c</c>, <c>dbcommands.c</c> (ALTER DATABASE … TABLESPACE), <c>discard.c</c> and
/// <c>subscriptioncmds.c</c>. CHECKPOINT, REFRESH MATERIALIZED VIEW CONCURRENTLY and ALTER TYPE … ADD VALUE are not
/// among them.
/// </summary>
internal static class TransactionBlock
{
    public static TransactionBlockRule Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("vacuum") || (reader.Skip("discard") && reader.Is("all"))
            || ((reader.Skip("commit") || reader.Skip("rollback")) && reader.Is("prepared")))
        {
            return TransactionBlockRule.Refused;
        }

        return reader.Skip("create") ? Create(ref reader)
            : reader.Skip("alter") ? Alter(ref reader)
            : reader.Skip("drop") ? Drop(ref reader)
            : reader.Skip("reindex") ? Reindex(ref reader)
            : reader.Skip("cluster") ? Cluster(ref reader)
            : TransactionBlockRule.Allowed;
    }

    private static TransactionBlockRule RefusedIf(bool condition) =>
        condition ? TransactionBlockRule.Refused : TransactionBlockRule.Allowed;

    private static TransactionBlockRule Create(ref StatementReader reader)
    {
        if (reader.Is("database") || reader.Is("tablespace"))
        {
            return TransactionBlockRule.Refused;
        }

        if (reader.Skip("subscription"))
        {
            // It creates a slot unless told not to; without a connection it does not by default.
            (bool? connect, bool? slot) = reader.SkipTo("with") ? OptionList.Read(ref reader, "connect", "create_slot") : default;
            return RefusedIf(slot ?? connect ?? true);
        }

        reader.Skip("unique");
        return RefusedIf(reader.Skip("index", "concurrently"));
    }

    private static TransactionBlockRule Alter(ref StatementReader reader)
    {
        if (reader.Skip("database"))
        {
            // SET TABLESPACE and [WITH] TABLESPACE do the same.
            reader.Name();
            _ = reader.Skip("set") || reader.Skip("with");
            return RefusedIf(reader.Is("tablespace"));
        }

        if (reader.Skip("subscription"))
        {
            return AlterSubscription(ref reader);
        }

        return reader.Is("table")
            ? RefusedIf(ConcurrentStatement.IsDetachConcurrently(reader))
            : RefusedIf(reader.Is("system"));
    }

    private static TransactionBlockRule AlterSubscription(ref StatementReader reader)
    {
        reader.Name();
        if (reader.Is("refresh"))
        {
            return TransactionBlockRule.Refused;
        }

        bool isSet = reader.Is("set");
        if (!isSet && !reader.Is("add") && !reader.Is("drop"))
        {
            return TransactionBlockRule.Allowed;
        }

        reader.Advance();
        if (isSet && reader.Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            // failover since 17, two_phase since 18: settings of the slot, which a rollback does not take back.
            (bool? failover, bool? twoPhase) = OptionList.Read(ref reader, "failover", "two_phase");
            return failover is null && twoPhase is null ? TransactionBlockRule.Allowed : TransactionBlockRule.Depends;
        }

        bool? refresh = reader.SkipTo("with") ? OptionList.Read(ref reader, "refresh") : null;
        return RefusedIf(refresh ?? true);
    }

    private static TransactionBlockRule Drop(ref StatementReader reader)
    {
        if (reader.Is("database") || reader.Is("tablespace") || reader.Skip("index", "concurrently"))
        {
            return TransactionBlockRule.Refused;
        }

        return reader.Is("subscription") ? TransactionBlockRule.Depends : TransactionBlockRule.Allowed;
    }

    private static TransactionBlockRule Reindex(ref StatementReader reader)
    {
        bool isConcurrent = OptionList.Read(ref reader, "concurrently") ?? false;
        if (isConcurrent || reader.Is("schema") || reader.Is("database") || reader.Is("system"))
        {
            return TransactionBlockRule.Refused;
        }

        // INDEX or TABLE, which may be partitioned.
        reader.Advance();
        return reader.Is("concurrently") ? TransactionBlockRule.Refused : TransactionBlockRule.Depends;
    }

    private static TransactionBlockRule Cluster(ref StatementReader reader)
    {
        reader.Skip("verbose");
        OptionList.Read(ref reader, "verbose");
        return reader.AtEnd ? TransactionBlockRule.Refused : TransactionBlockRule.Depends;
    }
}
