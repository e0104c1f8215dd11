using Migrator.Database;
using Migrator.Execution.LockReport;
using Migrator.Planning;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Sends a script's statements, and turns the server's errors and notices into places in the file.</summary>
internal sealed class StatementRunner(DatabaseSession session, IExecutionProgress report)
{
    // A round trip for each statement would be most of a small script's time; one for all would keep a huge script in memory twice.
    private const int MostStatements = 200;
    private const int MostCharacters = 1 << 20;

    /// <summary>Runs statements of a script in order, many to a round trip, between some of ours. The caller holds the transaction.</summary>
    /// <param name="script">Where they stand.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="first">A statement of ours before them, such as BEGIN.</param>
    /// <param name="last">Statements of ours after them, such as COMMIT.</param>
    /// <param name="observed">Asks its questions among them; null for none.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">One failed; without a statement if it was one of <paramref name="last"/>.</exception>
    /// <exception cref="LookException">A question failed, and the transaction with it.</exception>
    public async Task RunAllAsync(
        CheckedScript script,
        IEnumerable<SqlStatement> statements,
        string first,
        IReadOnlyList<string> last,
        ObservedTransaction? observed,
        CancellationToken cancellation)
    {
        var group = new List<SentCommand> { new(script, first, IsFirst: true) };
        int characters = 0;
        foreach (SqlStatement statement in statements)
        {
            if (statement.CopyData is not null)
            {
                await FlushAsync().ConfigureAwait(false);
                await CopyAsync(script, statement, cancellation).ConfigureAwait(false);
                continue;
            }

            if (observed?.MarksBefore(statement) == true)
            {
                group.Add(new SentCommand(script, HeldLocksQuery.Mark, statement, IsQuestion: true));
            }

            group.Add(new SentCommand(script, statement.Text, statement));
            characters += statement.Text.Length;
            if (group.Count >= MostStatements || characters >= MostCharacters)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        if (observed is { IsAsked: true })
        {
            group.Add(new SentCommand(script, HeldLocksQuery.Statement, IsQuestion: true));
        }

        group.AddRange(last.Select(l => new SentCommand(script, l)));
        await FlushAsync().ConfigureAwait(false);

        async Task FlushAsync()
        {
            if (group.Count > 0)
            {
                await RunBatchAsync(group, observed, cancellation).ConfigureAwait(false);
            }

            group.Clear();
            characters = 0;
        }
    }

    /// <summary>Runs one statement by itself, outside a transaction.</summary>
    /// <exception cref="StatementException">It failed.</exception>
    public Task RunOneAsync(CheckedScript script, SqlStatement statement, CancellationToken cancellation)
        => statement.CopyData is null
            ? RunBatchAsync([new SentCommand(script, statement.Text, statement)], null, cancellation)
            : CopyAsync(script, statement, cancellation);

    private async Task RunBatchAsync(List<SentCommand> commands, ObservedTransaction? observed, CancellationToken cancellation)
    {
        var batch = new ScriptBatch(session, report, commands);
        await using (batch.ConfigureAwait(false))
        {
            if (observed is not { IsAsked: true })
            {
                await batch.RunAsync(null, cancellation).ConfigureAwait(false);
                return;
            }

            await batch.RunAsync(reader => ReadAsync(reader, commands, observed, cancellation), cancellation).ConfigureAwait(false);
            for (int i = 0; i < commands.Count; i++)
            {
                if (commands[i].IsScripts
                    && batch[i].StatementType is StatementType.Insert or StatementType.Update or StatementType.Delete or StatementType.Merge)
                {
                    observed.Changed(commands[i].Statement!, (long)batch[i].RecordsAffected);
                }
            }
        }
    }

    // The answers to our questions come among those of the script, in the order in which they were asked.
    private static async Task ReadAsync(NpgsqlDataReader reader, List<SentCommand> commands, ObservedTransaction observed, CancellationToken cancellation)
    {
        using IEnumerator<SentCommand> questions = commands.Where(c => c.IsQuestion).GetEnumerator();
        do
        {
            if (!HeldLocksQuery.IsAnswer(reader) || !questions.MoveNext())
            {
                continue;
            }

            if (questions.Current.Statement is { } marked)
            {
                observed.Marked(marked, await HeldLocksQuery.ReadMarkAsync(reader, cancellation).ConfigureAwait(false));
            }
            else
            {
                observed.Saw(await HeldLocksQuery.ReadLocksAsync(reader, cancellation).ConfigureAwait(false));
            }
        }
        while (await reader.NextResultAsync(cancellation).ConfigureAwait(false));
    }

    private async Task CopyAsync(CheckedScript script, SqlStatement statement, CancellationToken cancellation)
    {
        void OnNotice(object sender, NpgsqlNoticeEventArgs e)
            => report.Notice(script.Script, script.PositionOf(statement), e.Notice.Severity, e.Notice.MessageText);

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
}
