using Migrator.Database;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Commands that go to the server in one round trip. It stops at the first that fails; errors and notices find their place in a
/// script by the command that was at work.
/// </summary>
internal sealed class ScriptBatch : IAsyncDisposable
{
    private readonly DatabaseSession _session;
    private readonly IExecutionProgress _report;
    private readonly IReadOnlyList<SentCommand> _commands;
    private readonly NpgsqlBatch _batch;

    public ScriptBatch(DatabaseSession session, IExecutionProgress report, IReadOnlyList<SentCommand> commands)
    {
        session.ThrowIfLost();
        (_session, _report, _commands) = (session, report, commands);
        _batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (SentCommand command in commands)
        {
            var one = new NpgsqlBatchCommand(command.Text);
            foreach (NpgsqlParameter parameter in command.Parameters ?? [])
            {
                one.Parameters.Add(parameter);
            }

            _batch.BatchCommands.Add(one);
        }
    }

    /// <summary>What came of a command; its type is <see cref="StatementType.Unknown"/> until its completion was read.</summary>
    public NpgsqlBatchCommand this[int command] => _batch.BatchCommands[command];

    /// <summary>Runs the commands.</summary>
    /// <param name="read">Reads the answers; null to read none.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">A command failed; without a statement if it was one of ours.</exception>
    /// <exception cref="ObservationFailedException">A question failed.</exception>
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
            SentCommand culprit = failed >= 0 && !_commands[failed].IsFirst ? _commands[failed] : AtWork();
            throw culprit.IsObservation && e is PostgresException server && !SqlStates.IsServerGone(server)
                ? new ObservationFailedException(e)
                : new StatementException(culprit.Script, culprit.Statement, e);
        }
        finally
        {
            _session.Connection.Notice -= OnNotice;
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private SentCommand AtWork()
    {
        for (int i = 0; i < _commands.Count; i++)
        {
            if (!_commands[i].IsFirst && this[i].StatementType == StatementType.Unknown)
            {
                return _commands[i];
            }
        }

        // All are done: what is said now is about the last thing that the script did.
        return _commands.LastOrDefault(c => c.IsScripts, _commands[^1]);
    }

    private void OnNotice(object sender, NpgsqlNoticeEventArgs e)
    {
        SentCommand command = AtWork();
        SourcePosition position = command.Statement?.Position ?? SourcePosition.Start;
        _report.Notice(command.Script, position, e.Notice.Severity, e.Notice.MessageText);
    }
}
