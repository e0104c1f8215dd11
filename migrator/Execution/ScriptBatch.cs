using Migrator.Database;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Commands that are sent to the server in one round trip. The server stops at the first command that fails. Errors and notices
/// are attributed to the place in the script whose command was running.
/// </summary>
internal sealed class ScriptBatch : IAsyncDisposable
{
    private readonly DatabaseSession _session;
    private readonly IExecutionProgress _progress;
    private readonly IReadOnlyList<SentCommand> _commands;
    private readonly NpgsqlBatch _batch;

    /// <summary>Creates a batch.</summary>
    /// <param name="session">The run's session.</param>
    /// <param name="progress">Receives the server's notices.</param>
    /// <param name="commands">The commands.</param>
    public ScriptBatch(DatabaseSession session, IExecutionProgress progress, IReadOnlyList<SentCommand> commands)
    {
        session.ThrowIfLost();
        (_session, _progress, _commands) = (session, progress, commands);
        _batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (SentCommand command in commands)
        {
            var batchCommand = new NpgsqlBatchCommand(command.Text);
            foreach (NpgsqlParameter parameter in command.Parameters ?? [])
            {
                batchCommand.Parameters.Add(parameter);
            }

            _batch.BatchCommands.Add(batchCommand);
        }
    }

    /// <summary>
    /// The result of a command. Its <see cref="NpgsqlBatchCommand.StatementType"/> is <see cref="StatementType.Unknown"/> until the
    /// command's completion was read.
    /// </summary>
    public NpgsqlBatchCommand this[int command] => _batch.BatchCommands[command];

    /// <summary>Runs the commands.</summary>
    /// <param name="read">Reads the results; null to ignore them.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">
    /// A command failed. <see cref="StatementException.Statement"/> is null for one of migrate's own statements.
    /// </exception>
    /// <exception cref="ObservationFailedException">A query that observes locks failed.</exception>
    public async Task RunAsync(Func<NpgsqlDataReader, Task>? read, CancellationToken cancellation)
    {
        _session.Connection.Notice += OnNotice;
        try
        {
            if (read is null)
            {
                await _batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
            else
            {
                NpgsqlDataReader reader = await _batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await read(reader).ConfigureAwait(false);
                }
            }
        }
        catch (NpgsqlException e)
        {
            int failed = e.BatchCommand is NpgsqlBatchCommand command ? _batch.BatchCommands.IndexOf(command) : -1;
            SentCommand failedCommand = failed >= 0 && !_commands[failed].OpensTransaction ? _commands[failed] : RunningCommand();
            throw failedCommand.IsObservation && e is PostgresException server && !SqlStates.IsServerUnavailable(server)
                ? new ObservationFailedException(e)
                : new StatementException(failedCommand.Script, failedCommand.Statement, e);
        }
        finally
        {
            _session.Connection.Notice -= OnNotice;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private SentCommand RunningCommand()
    {
        for (int i = 0; i < _commands.Count; i++)
        {
            if (!_commands[i].OpensTransaction && this[i].StatementType == StatementType.Unknown)
            {
                return _commands[i];
            }
        }

        // All commands are done. A later message is attributed to the script's last statement.
        return _commands.LastOrDefault(c => c.IsScriptStatement, _commands[^1]);
    }

    private void OnNotice(object sender, NpgsqlNoticeEventArgs e)
    {
        SentCommand command = RunningCommand();
        if (RunLock.IsCheck(command.Text))
        {
            return;
        }

        SourcePosition position = command.Statement?.Position ?? SourcePosition.Start;
        _progress.Notice(command.Script, position, e.Notice.Severity, e.Notice.MessageText);
    }
}
