using Migrator.Database;
using Migrator.History;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// The statements of our own that follow each pipelined script: the session is reset, the script is recorded and committed. The server prepares them once: to parse and plan
/// them again was two thirds of what they cost, and together they cost as much as a small script's own statements.
/// </summary>
/// <param name="session">The run's session.</param>
/// <param name="settings">The session's settings.</param>
/// <param name="row">The rows that record a script.</param>
internal sealed class PreparedBookkeeping(DatabaseSession session, SessionSettings settings, AppliedRow row)
{
    // Preparing is a round trip of its own.
    private const int FewestScripts = 4;
    private const string UnknownPrepared = "26000";

    private int _times;
    private bool _arePrepared;
    private bool _areRefused;

    /// <summary>Prepares the statements, if that is worth it for so many scripts and has not been done.</summary>
    public async Task PrepareAsync(int scripts, CancellationToken cancellation)
    {
        if (_arePrepared || _areRefused || scripts < FewestScripts || session.IsPooled)
        {
            return;
        }

        _times++;
        session.ThrowIfLost();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (string statement in settings.BriefResetStatements.Append("COMMIT"))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Kept(statement)));
        }

        var rows = new NpgsqlBatchCommand(Kept(row.Template));
        rows.Parameters.AddRange(AppliedRow.ParameterTypes.ToArray());
        batch.BatchCommands.Add(rows);
        try
        {
            await batch.PrepareAsync(cancellation).ConfigureAwait(false);
            _arePrepared = true;
        }
        catch (PostgresException e) when (!SqlStates.IsServerGone(e))
        {
            // Another session has locked our tables, for example. The run continues without prepared statements, and whatever is wrong shows with the script, where
            // waiting for it is possible.
            _areRefused = true;
        }
    }

    /// <summary>Notes that the prepared statements are gone.</summary>
    public void Forget() => _arePrepared = false;

    /// <summary>Removes the prepared statements, before a script runs that must not find them in the session.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_arePrepared)
        {
            await session.ExecuteAsync("DEALLOCATE ALL", cancellation).ConfigureAwait(false);
            Forget();
        }
    }

    /// <summary>Whether a failure only says that the prepared statements are gone: a function has removed them.</summary>
    public bool LostPreparedStatements(StatementException failure) => _arePrepared && failure.Statement is null && failure.Cause.SqlState == UnknownPrepared;

    /// <summary>What is sent after a script. The last command is its COMMIT.</summary>
    public IEnumerable<SentCommand> RecordAndCommit(ApplyWork work)
    {
        Script script = work.Script;
        return _arePrepared
            ?
            [
                .. settings.BriefResetStatements.Select(s => new SentCommand(script, Kept(s))),
                new SentCommand(script, Kept(row.Template), Parameters: AppliedRow.ParametersOf(script)),
                new SentCommand(script, Kept("COMMIT")),
            ]
            : settings.ResetStatements.Concat(work.RecordStatements()).Append("COMMIT").Select(s => new SentCommand(script, s));
    }

    // Npgsql finds prepared statements by their text: it is a text that is sent nowhere else, and another one when they are prepared again.
    private string Kept(string statement) => $"{statement} /* prepared {_times} */";
}
