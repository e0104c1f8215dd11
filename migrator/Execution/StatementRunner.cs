using Migrator.Database;
using Migrator.Execution.LockReport;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Sends the statements of a script while the script is read, and attributes the server's errors and notices to places in the file.</summary>
/// <param name="context">The run's context.</param>
/// <param name="observer">Observes the locks that scripts take; null for no observation.</param>
internal sealed class StatementRunner(MigrationContext context, LockObserver? observer)
{
    // With one round trip for each statement, a small script would spend most of its time waiting for the network. With one round
    // trip for all statements, a large script would have to fit in memory.
    private const int MaxStatements = 200;
    private const int MaxCharacters = 1 << 19;

    private readonly DatabaseSession _session = context.Session;

    /// <summary>
    /// Runs statements of a script in a transaction, in order. It sends many statements in one round trip. The caller rolls back
    /// after a failure.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The number of the step that contains the statements; 0 for a whole script.</param>
    /// <param name="open">Opens the reader of the statements. It is invoked again if they have to run again without observation.</param>
    /// <param name="first">The statement that opens the transaction.</param>
    /// <param name="last">
    /// The statements to send after the script's statements, such as COMMIT. They are sent only if the script is unchanged since it
    /// was checked.
    /// </param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <returns>The observed transaction; null without observation.</returns>
    /// <exception cref="StatementException">
    /// A statement failed. <see cref="StatementException.Statement"/> is null for one of <paramref name="last"/>.
    /// </exception>
    /// <exception cref="MigrateException">The script was changed after it was checked (2).</exception>
    public async Task<ObservedTransaction?> RunAllAsync(
        CheckedScript script, int step, Func<IStatementReader> open, string first, IReadOnlyList<string> last, CancellationToken cancellation)
    {
        ObservedTransaction? observed = observer?.BeginTransaction(script, step, first);
        try
        {
            await SendAllAsync(script, step, open(), first, last, observed, cancellation).ConfigureAwait(false);
            return observed;
        }
        catch (ObservationFailedException e)
        {
            await _session.RollbackAsync().ConfigureAwait(false);
            observer!.Stop(e.Cause);
            await SendAllAsync(script, step, open(), first, last, null, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs one statement outside a transaction.</summary>
    /// <param name="script">The script.</param>
    /// <param name="statement">The statement, without COPY data.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">The statement failed.</exception>
    public async Task RunOneAsync(Script script, SqlStatement statement, CancellationToken cancellation)
    {
        CommittingStatement? committing = StatementKind.RunsCode(statement.Text) ? new CommittingStatement(script, statement.Position) : null;
        context.Progress.Committing(committing);
        try
        {
            await RunBatchAsync([new SentCommand(script, statement.Text, statement)], null, cancellation).ConfigureAwait(false);
        }
        catch (StatementException e)
        {
            e.Committing = committing;
            throw;
        }

        context.Progress.Committing(null);
        if (context.Settings.StatementAfter(statement.Text) is { } again)
        {
            await _session.SendAsync([again], cancellation).ConfigureAwait(false);
        }
    }

    private async Task SendAllAsync(
        CheckedScript work, int step, IStatementReader reader, string first, IReadOnlyList<string> last, ObservedTransaction? observed, CancellationToken cancellation)
    {
        Script script = work.Script;
        var commands = new List<SentCommand> { new(script, first, OpensTransaction: true) };
        commands.AddRange(context.ChecksBeforeScript(work, step).Select(s => new SentCommand(script, s, OpensTransaction: true)));
        int characters = 0;
        while (reader.Read() is { } statement)
        {
            if (statement.HasCopyData)
            {
                await FlushAsync().ConfigureAwait(false);
                await CopyAsync(script, statement, reader, cancellation).ConfigureAwait(false);
                continue;
            }

            if (observed?.MeasuresTimeBefore(reader.Index) == true)
            {
                commands.Add(new SentCommand(script, HeldLocksQuery.ElapsedStatement, statement, reader.Index, IsObservation: true));
            }

            commands.Add(new SentCommand(script, statement.Text, statement, reader.Index));
            if (context.Settings.StatementAfter(statement.Text) is { } again)
            {
                commands.Add(new SentCommand(script, again));
            }

            characters += statement.Text.Length;
            if (commands.Count >= MaxStatements || characters >= MaxCharacters)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        reader.ThrowIfChanged();
        if (observed is { QueriesInBatch: true })
        {
            commands.Add(new SentCommand(script, HeldLocksQuery.LocksStatement, IsObservation: true));
        }

        commands.AddRange(last.Select(l => new SentCommand(script, l)));
        await FlushAsync().ConfigureAwait(false);

        async Task FlushAsync()
        {
            if (commands.Count > 0)
            {
                await RunBatchAsync(commands, observed, cancellation).ConfigureAwait(false);
            }

            commands.Clear();
            characters = 0;
        }
    }

    private async Task RunBatchAsync(List<SentCommand> commands, ObservedTransaction? observed, CancellationToken cancellation)
    {
        var batch = new ScriptBatch(_session, context.Progress, commands);
        await using (batch.ConfigureAwait(false))
        {
            if (observed is not { QueriesInBatch: true })
            {
                await batch.RunAsync(null, cancellation).ConfigureAwait(false);
                return;
            }

            await batch.RunAsync(results => observed.ReadResultsAsync(results, commands, cancellation), cancellation).ConfigureAwait(false);
            observed.AddRowCounts(commands, batch);
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
