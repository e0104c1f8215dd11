using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>
/// What a statement is, apart from its changes: its effect on the transaction, CONCURRENTLY, DO and CALL, COPY … FROM STDIN, enum types, and the
/// settings that it resets. Each fact is a line, in the same form for <c>migrator/Sql</c> and for PostgreSQL's parser.
/// </summary>
internal static class StatementReading
{
    // The options of these statements decide, and TransactionBlockTests covers them.
    private static readonly string[] s_subscriptions = ["CreateSubscriptionStmt", "AlterSubscriptionStmt", "DropSubscriptionStmt"];

    /// <summary>The facts that the reader found.</summary>
    public static IReadOnlyList<string> Of(string statement, OracleAnswer answer)
    {
        List<string> facts = [$"transaction: {StatementKind.TransactionControlOf(statement)}"];
        if (!s_subscriptions.Contains(answer.Kind.Split(' ')[0]))
        {
            facts.Add($"refused in a transaction block: {TransactionBlock.Of(statement) == TransactionBlockRule.Refused}");
        }

        AddIf(facts, StatementKind.RunsCode(statement), "runs code");
        AddIf(facts, StatementKind.IsCopyFromStdin(statement), "copy from stdin");
        if (ConcurrentStatement.Parse(statement) is { } concurrent)
        {
            facts.Add($"{concurrent.Action}: index={concurrent.Index?.ToString()} table={concurrent.Table?.ToString()} partition={concurrent.Partition?.ToString()}");
        }

        if (EnumChange.Of(statement) is { } change)
        {
            facts.Add($"enum: {change.Type} {change.AddedValue}");
        }

        // SET lock_timeout = 0, also with set_config, counts as a reset. The parser does not know that.
        bool canReset = answer.Kind.StartsWith("VariableSetStmt", StringComparison.Ordinal) && !answer.Kind.Contains("VAR_SET_VALUE", StringComparison.Ordinal);
        if (SettingReset.Of(statement) is { } reset && (canReset || answer.Kind == "DiscardStmt DISCARD_ALL"))
        {
            facts.Add($"resets {reset}");
        }

        return facts;
    }

    /// <summary>The facts that PostgreSQL's parser found.</summary>
    public static IReadOnlyList<string> Of(OracleAnswer answer)
    {
        string[] kind = answer.Kind.Split(' ');
        string detail = kind.Length > 1 ? kind[1] : "";
        OracleChange? change = answer.Changes.FirstOrDefault(c => c.Flags.Contains("concurrent") && c.Kind != "AT_DetachPartitionFinalize");
        bool isConcurrent = change?.Kind is "index" or "OBJECT_INDEX" or "reindex" or "AT_DetachPartition";
        List<string> facts = [$"transaction: {Control(detail)}"];
        if (!s_subscriptions.Contains(kind[0]))
        {
            facts.Add($"refused in a transaction block: {isConcurrent || IsRefused(kind[0], detail)}");
        }

        AddIf(facts, kind[0] is "DoStmt" or "CallStmt", "runs code");
        AddIf(facts, answer.Kind == "CopyStmt FROM STDIN", "copy from stdin");
        if (isConcurrent)
        {
            facts.Add(Concurrent(change!, detail));
        }

        if (kind[0] == "CreateEnumStmt" || answer.Kind == "AlterEnumStmt ADD")
        {
            facts.Add($"enum: {Name(answer.Type)} {answer.Value}");
        }

        string? reset = kind[0] == "VariableSetStmt" && detail is "VAR_RESET" or "VAR_SET_DEFAULT" ? kind[^1]
            : detail is "VAR_RESET_ALL" or "DISCARD_ALL" ? "all"
            : null;
        AddIf(facts, reset is not null, $"resets {reset}");
        return facts;
    }

    private static string Control(string detail) => detail switch
    {
        "TRANS_STMT_BEGIN" or "TRANS_STMT_START" => nameof(TransactionControl.Begin),
        "TRANS_STMT_COMMIT" => nameof(TransactionControl.Commit),
        "TRANS_STMT_ROLLBACK" => nameof(TransactionControl.Rollback),
        "TRANS_STMT_PREPARE" => nameof(TransactionControl.Prepare),
        "TRANS_STMT_COMMIT_PREPARED" or "TRANS_STMT_ROLLBACK_PREPARED" => nameof(TransactionControl.FinishPrepared),
        _ => nameof(TransactionControl.None),
    };

    private static bool IsRefused(string kind, string detail) => kind switch
    {
        "CreatedbStmt" or "DropdbStmt" or "CreateTableSpaceStmt" or "DropTableSpaceStmt" or "AlterSystemStmt" => true,
        "VacuumStmt" => detail != "ANALYZE",
        "ClusterStmt" => detail == "ALL",
        "AlterDatabaseStmt" => detail == "TABLESPACE",
        "ReindexStmt" => detail is "REINDEX_OBJECT_SCHEMA" or "REINDEX_OBJECT_SYSTEM" or "REINDEX_OBJECT_DATABASE",
        _ => detail is "DISCARD_ALL" or "TRANS_STMT_COMMIT_PREPARED" or "TRANS_STMT_ROLLBACK_PREPARED",
    };

    // The name of the index in CREATE INDEX has no schema.
    private static string Concurrent(OracleChange change, string detail)
    {
        (ConcurrentAction action, string? created, string? table) = change.Kind switch
        {
            "index" => (ConcurrentAction.CreateIndex, Name(change.Name is { } index ? index with { Schema = null } : null), Name(change.Table)),
            "OBJECT_INDEX" => (ConcurrentAction.DropIndex, Name(change.Name), null),
            "reindex" => (ConcurrentAction.Reindex, detail == "REINDEX_OBJECT_INDEX" ? Name(change.Name) : null, Name(change.Table)),
            _ => (ConcurrentAction.DetachPartition, null, Name(change.Table)),
        };
        return $"{action}: index={created} table={table} partition={Name(change.Other)}";
    }

    private static string? Name(OracleName? name) => name is null ? null : new SqlName(name.Schema, name.Name).ToString();

    private static void AddIf(List<string> facts, bool condition, string fact)
    {
        if (condition)
        {
            facts.Add(fact);
        }
    }
}
