using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Detects the statements that PostgreSQL refuses inside a transaction block. The rules follow the calls of
/// <c>PreventInTransactionBlock</c> in PostgreSQL 14 to 18. These are in <c>tcop/utility.c</c> (COMMIT and ROLLBACK
/// PREPARED, databases, tablespaces, ALTER SYSTEM, DETACH PARTITION CONCURRENTLY, CREATE and DROP INDEX CONCURRENTLY)
/// and under <c>commands/</c> in <c>indexcmds.c</c> (REINDEX),
/// <c>vacuum.c</c>, <c>cluster.c</c>, <c>dbcommands.c</c> (ALTER DATABASE … TABLESPACE), <c>discard.c</c> and
/// <c>subscriptioncmds.c</c>. CHECKPOINT, REFRESH MATERIALIZED VIEW CONCURRENTLY and ALTER TYPE … ADD VALUE are
/// allowed.
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
            // The statement creates a replication slot, unless create_slot is false, or create_slot is not given and connect is false.
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
            // SET TABLESPACE and [WITH] TABLESPACE have the same effect.
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
            // failover (since PostgreSQL 17) and two_phase (since 18) change the slot, and a rollback would not undo that.
            (bool? failover, bool? twoPhase) = OptionList.Read(ref reader, "failover", "two_phase");
            return failover is null && twoPhase is null ? TransactionBlockRule.Allowed : TransactionBlockRule.DependsOnCatalog;
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

        return reader.Is("subscription") ? TransactionBlockRule.DependsOnCatalog : TransactionBlockRule.Allowed;
    }

    private static TransactionBlockRule Reindex(ref StatementReader reader)
    {
        bool isConcurrent = OptionList.Read(ref reader, "concurrently") ?? false;
        if (isConcurrent || reader.Is("schema") || reader.Is("database") || reader.Is("system"))
        {
            return TransactionBlockRule.Refused;
        }

        // REINDEX INDEX or REINDEX TABLE. The index or table can be partitioned.
        reader.Advance();
        return reader.Is("concurrently") ? TransactionBlockRule.Refused : TransactionBlockRule.DependsOnCatalog;
    }

    private static TransactionBlockRule Cluster(ref StatementReader reader)
    {
        reader.Skip("verbose");
        OptionList.Read(ref reader, "verbose");
        return reader.AtEnd ? TransactionBlockRule.Refused : TransactionBlockRule.DependsOnCatalog;
    }
}
