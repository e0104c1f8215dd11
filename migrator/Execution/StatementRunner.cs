using Migrator.Database;
using Migrator.Execution.LockReport;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Sends the statements of a script while it is read, and attributes the server's errors and notices to places in the file.</summary>
/// <param name="context">What the run works with.</param>
/// <param name="observer">Observes what scripts lock; null for nothing.</param>
internal sealed class StatementRunner(MigrationContext context, LockObserver? observer)
{
    // A round trip for each statement would be most of a small script's time; one for all would need memory for all of a large script.
    private const int MaxStatements = 200;
    private const int MaxCharacters = 1 << 19;

    private readonly DatabaseSession _session = context.Session;

    /// <summary>Runs statements of a script in a transaction, in order, many to a round trip, between statements of our own. The caller rolls back after a failure.</summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step that the statements are; 0 for a whole script.</param>
    /// <param name="open">Starts to read the statements. It is called again when they have to run again without observation.</param>
    /// <param name="first">A statement of our own before them: the one that opens the transaction.</param>
    /// <param name="last">Statements of our own after them, such as COMMIT. They are sent only if the script is unchanged since it was checked.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <returns>What was observed; null for nothing.</returns>
    /// <exception cref="StatementException">One failed; without a statement if it was one of <paramref name="last"/>.</exception>
    /// <exception cref="MigrateException">The script was changed since it was checked (2).</exception>
    public async Task<ObservedTransaction?> RunAllAsync(
        CheckedScript script, int step, Func<IStatementReader> open, string first, IReadOnlyList<string> last, CancellationToken cancellation)
    {
        ObservedTransaction? observed = observer?.Begin(script, step, first);
        try
        {
            await SendAllAsync(script.Script, open(), first, last, observed, cancellation).ConfigureAwait(false);
            return observed;
        }
        catch (ObservationFailedException e)
        {
            await _session.RollbackAsync().ConfigureAwait(false);
            observer!.GiveUp(e.Cause);
            await SendAllAsync(script.Script, open(), first, last, null, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs one statement by itself, outside a transaction.</summary>
    /// <param name="script">The script.</param>
    /// <param name="statement">The statement; not one with data.</param>
    /// <param name="cancellation">Cancels it on the server.</param>
    /// <exception cref="StatementException">It failed.</exception>
    public Task RunOneAsync(Script script, SqlStatement statement, CancellationToken cancellation)
        => RunBatchAsync([new SentCommand(script, statement.Text, statement)], null, cancellation);

    private async Task SendAllAsync(
        Script script, IStatementReader reader, string first, IReadOnlyList<string> last, ObservedTransaction? observed, CancellationToken cancellation)
    {
        var group = new List<SentCommand> { new(script, first, IsFirst: true) };
        int characters = 0;
        while (reader.Read() is { } statement)
        {
            if (statement.HasCopyData)
            {
                await FlushAsync().ConfigureAwait(false);
                await CopyAsync(script, statement, reader, cancellation).ConfigureAwait(false);
                continue;
            }

            if (observed?.MarksBefore(reader.Index) == true)
            {
                group.Add(new SentCommand(script, HeldLocksQuery.Mark, statement, reader.Index, IsObservation: true));
            }

            group.Add(new SentCommand(script, statement.Text, statement, reader.Index));
            characters += statement.Text.Length;
            if (group.Count >= MaxStatements || characters >= MaxCharacters)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        reader.ThrowIfChanged();
        if (observed is { AsksInBatch: true })
        {
            group.Add(new SentCommand(script, HeldLocksQuery.Statement, IsObservation: true));
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

    private async Task RunBatchAsync(List<SentCommand> commands, ObservedTransaction? observed, CancellationToken cancellation)
    {
        var batch = new ScriptBatch(_session, context.Progress, commands);
        await using (batch.ConfigureAwait(false))
        {
            if (observed is not { AsksInBatch: true })
            {
                await batch.RunAsync(null, cancellation).ConfigureAwait(false);
                return;
            }

            await batch.RunAsync(answers => observed.ReadAnswersAsync(answers, commands, cancellation), cancellation).ConfigureAwait(false);
            observed.TakeRows(commands, batch);
        }
    }

    private async Task CopyAsync(Script script, SqlStatement statement, IStatementReader reader, CancellationToken cancellation)
    {
        void OnNotice(object sender, NpgsqlNoticeEventArgs e)
            => context.Progress.Notice(script, statement.Position, e.Notice.Severity, e.Notice.MessageText);

        _session.ThrowIfLost();
        _session.Connection.Notice += OnNotice;
        try
        {
            // Npgsql supports COPY only through a separate API.
            TextWriter writer = await _session.Connection.BeginTextImportAsync(statement.Text, cancellation).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                ReadOnlyMemory<char> data;
                while ((data = reader.ReadCopyData()).Length > 0)
                {
                    await writer.WriteAsync(data, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (NpgsqlException e)
        {
            throw new StatementException(script, statement, e);
        }
        finally
        {
            _session.Connection.Notice -= OnNotice;
        }
    }
}
