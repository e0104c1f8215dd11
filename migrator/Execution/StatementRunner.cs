using Migrator.Database;
using Migrator.Reporting;
using Migrator.Scripts.Sql;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Sends a script's statements, and turns the server's errors and notices into places in the file.</summary>
internal sealed class StatementRunner(DatabaseSession session, IRunReport report)
{
    // A round trip for each statement would be most of a small script's time; one for all would keep a huge script in memory twice.
    private const int MostStatements = 200;
    private const int MostCharacters = 1 << 20;

    /// <summary>Runs a script's statements in order, many to a round trip, between two of ours. The caller holds the transaction.</summary>
    /// <param name="script">Where they stand.</param>
    /// <param name="first">A statement of ours before them, such as BEGIN.</param>
    /// <param name="last">Statements of ours after them, such as COMMIT.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">One failed; without a statement if it was one of <paramref name="last"/>.</exception>
    public Task RunAllAsync(PreparedScript script, string first, IReadOnlyList<string> last, CancellationToken cancellation)
        => RunAllAsync(script, script.Statements, first, last, cancellation);

    /// <summary>Runs some of a script's statements.</summary>
    /// <inheritdoc cref="RunAllAsync(PreparedScript, string, IReadOnlyList{string}, CancellationToken)"/>
    public async Task RunAllAsync(
        PreparedScript script, IEnumerable<SqlStatement> statements, string first, IReadOnlyList<string> last, CancellationToken cancellation)
    {
        string? before = first;
        var group = new List<SqlStatement>();
        int characters = 0;
        foreach (SqlStatement statement in statements)
        {
            if (statement.CopyData is not null)
            {
                before = await FlushAsync().ConfigureAwait(false);
                await CopyAsync(script, statement, cancellation).ConfigureAwait(false);
                continue;
            }

            group.Add(statement);
            characters += statement.Text.Length;
            if (group.Count >= MostStatements || characters >= MostCharacters)
            {
                before = await FlushAsync().ConfigureAwait(false);
            }
        }

        await FlushAsync(last).ConfigureAwait(false);

        async Task<string?> FlushAsync(params IReadOnlyList<string> after)
        {
            if (group.Count + after.Count > 0 || before is not null)
            {
                await RunBatchAsync(script, before, group, after, cancellation).ConfigureAwait(false);
            }

            group.Clear();
            characters = 0;
            return null;
        }
    }

    /// <summary>Runs one statement by itself, outside a transaction.</summary>
    /// <exception cref="StatementException">It failed.</exception>
    public Task RunOneAsync(PreparedScript script, SqlStatement statement, CancellationToken cancellation)
        => statement.CopyData is null
            ? RunBatchAsync(script, null, [statement], [], cancellation)
            : CopyAsync(script, statement, cancellation);

    private async Task RunBatchAsync(
        PreparedScript script, string? first, List<SqlStatement> statements, IReadOnlyList<string> last, CancellationToken cancellation)
    {
        session.ThrowIfLost();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        int own = 0;
        if (first is not null)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(first));
            own = 1;
        }

        foreach (SqlStatement statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement.Text));
        }

        foreach (string statement in last)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        // A command's type is known once its completion was read, so the first without one is at work.
        SqlStatement? AtWork()
        {
            for (int i = own; i < batch.BatchCommands.Count; i++)
            {
                if (batch.BatchCommands[i].StatementType == StatementType.Unknown)
                {
                    return StatementAt(i - own);
                }
            }

            return StatementAt(statements.Count - 1);
        }

        // Null for one of ours.
        SqlStatement? StatementAt(int index) => index >= 0 && index < statements.Count ? statements[index] : null;

        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => Report(script, AtWork(), e.Notice);

        session.Connection.Notice += OnNotice;
        try
        {
            await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            int failed = e.BatchCommand is NpgsqlBatchCommand command ? batch.BatchCommands.IndexOf(command) - own : -1;
            throw new StatementException(script, failed >= 0 ? StatementAt(failed) : AtWork(), e);
        }
        finally
        {
            session.Connection.Notice -= OnNotice;
        }
    }

    private async Task CopyAsync(PreparedScript script, SqlStatement statement, CancellationToken cancellation)
    {
        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => Report(script, statement, e.Notice);

        session.Connection.Notice += OnNotice;
        try
        {
            // Npgsql takes COPY through its own door only.
            TextWriter writer = await session.Connection.BeginTextImportAsync(statement.Text, cancellation).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                await writer.WriteAsync(statement.CopyData!.Text, cancellation).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException e)
        {
            throw new StatementException(script, statement, e);
        }
        finally
        {
            session.Connection.Notice -= OnNotice;
        }
    }

    private void Report(PreparedScript script, SqlStatement? statement, PostgresNotice notice)
    {
        SourcePosition position = statement is null ? new(1, 1) : script.PositionOf(statement);
        report.Notice(script.Script, position, notice.Severity, notice.MessageText);
    }
}
