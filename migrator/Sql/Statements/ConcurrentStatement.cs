using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// A CONCURRENTLY statement that waits for other transactions without blocking them and cannot run in a transaction
/// block: CREATE INDEX, DROP INDEX, REINDEX, or ALTER TABLE … DETACH PARTITION.
/// </summary>
/// <param name="Action">The action.</param>
/// <param name="Index">The index; null for CREATE INDEX without a name, where the server chooses the name.</param>
/// <param name="Table">The table of CREATE INDEX, REINDEX TABLE or DETACH PARTITION; otherwise null.</param>
/// <param name="Partition">The detached partition.</param>
internal sealed record ConcurrentStatement(
    ConcurrentAction Action, SqlName? Index = null, SqlName? Table = null, SqlName? Partition = null)
{
    /// <summary>Parses a statement; returns null if it is not one of these.</summary>
    public static ConcurrentStatement? Parse(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Skip("create") ? CreateIndex(ref reader)
            : reader.Skip("drop") ? DropIndex(ref reader)
            : reader.Skip("reindex") ? Reindex(ref reader)
            : reader.Skip("alter") ? Detach(ref reader)
            : null;
    }

    /// <summary>Whether a statement is ALTER TABLE … DETACH PARTITION … CONCURRENTLY.</summary>
    /// <param name="reader">A reader at the keyword TABLE.</param>
    public static bool IsDetachConcurrently(StatementReader reader) => Detach(ref reader) is not null;

    private static ConcurrentStatement? CreateIndex(ref StatementReader reader)
    {
        reader.Skip("unique");
        if (!reader.Skip("index", "concurrently"))
        {
            return null;
        }

        // An index can have the name "if", but not "on".
        if (reader.Skip("if", "not"))
        {
            reader.Skip("exists");
        }

        SqlName? index = reader.Is("on") ? null : reader.Name();
        reader.Skip("on");
        return new ConcurrentStatement(ConcurrentAction.CreateIndex, index, TableNames.Read(ref reader));
    }

    private static ConcurrentStatement? DropIndex(ref StatementReader reader)
    {
        if (!reader.Skip("index", "concurrently"))
        {
            return null;
        }

        reader.Skip("if", "exists");
        return new ConcurrentStatement(ConcurrentAction.DropIndex, reader.Name());
    }

    private static ConcurrentStatement? Reindex(ref StatementReader reader)
    {
        bool isConcurrent = OptionList.Read(ref reader, "concurrently") ?? false;
        bool isIndex = reader.Is("index");
        bool isTable = reader.Is("table");
        reader.Advance();
        isConcurrent |= reader.Skip("concurrently");
        if (!isConcurrent)
        {
            return null;
        }

        SqlName? name = reader.Name();
        return isIndex ? new ConcurrentStatement(ConcurrentAction.Reindex, Index: name)
            : isTable ? new ConcurrentStatement(ConcurrentAction.Reindex, Table: name)
            : new ConcurrentStatement(ConcurrentAction.Reindex);
    }

    private static ConcurrentStatement? Detach(ref StatementReader reader)
    {
        if (!reader.Skip("table"))
        {
            return null;
        }

        reader.Skip("if", "exists");
        SqlName? table = TableNames.Read(ref reader);
        if (!reader.Skip("detach", "partition"))
        {
            return null;
        }

        SqlName? partition = reader.Name();
        return reader.Is("concurrently")
            ? new ConcurrentStatement(ConcurrentAction.DetachPartition, Table: table, Partition: partition)
            : null;
    }
}
