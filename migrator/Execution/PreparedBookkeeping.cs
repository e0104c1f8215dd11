using Migrator.Database;
using Migrator.History;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// The statements that <c>migrate</c> sends after each pipelined script: they reset the session, record the script and commit. The
/// server prepares them once. Without preparation, parsing and planning take two thirds of the time of these statements,
/// and for a small script they take as long as the script itself.
/// </summary>
/// <param name="session">The run's session.</param>
/// <param name="settings">The session's settings.</param>
/// <param name="checks">The statements that fail if the script must not be recorded: see <see cref="MigrationContext.UsualChecks"/>.</param>
/// <param name="row">The rows that record a script.</param>
internal sealed class PreparedBookkeeping(DatabaseSession session, SessionSettings settings, IReadOnlyList<string> checks, AppliedRow row)
{
    // Preparing needs one more round trip, which is not worth it for fewer scripts.
    private const int MinScripts = 4;
    private const string InvalidStatementName = "26000";

    // How often the statements have been prepared.
    private int _preparations;
    private bool _arePrepared;
    private bool _areRefused;

    /// <summary>Prepares the statements, unless they are prepared already or the batch has too few scripts.</summary>
    /// <param name="scripts">The number of scripts in the batch.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    public async Task PrepareAsync(int scripts, CancellationToken cancellation)
    {
        if (_arePrepared || _areRefused || scripts < MinScripts || session.IsPooled)
        {
            return;
        }

        _preparations++;
        session.ThrowIfLost();
        await using var batch = new NpgsqlBatch(session.Connection) { Timeout = 0 };
        foreach (string statement in settings.PartialResetStatements.Concat(checks).Append("COMMIT"))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Prepared(statement)));
        }

        var rows = new NpgsqlBatchCommand(Prepared(row.Template));
        rows.Parameters.AddRange(AppliedRow.ParameterTypes.ToArray());
        batch.BatchCommands.Add(rows);
        try
        {
            await batch.PrepareAsync(cancellation).ConfigureAwait(false);
            _arePrepared = true;
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            // For example, another session has locked the history table. The run continues without prepared statements. If the
            // problem persists, the script fails with the same error, and lock waits are retried there.
            _areRefused = true;
        }
    }

    /// <summary>Records that the session has no prepared statements any more.</summary>
    public void MarkRemoved() => _arePrepared = false;

    /// <summary>Removes the prepared statements from the session, before a script that could see them.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_arePrepared)
        {
            await session.SendAsync(["DEALLOCATE ALL"], cancellation).ConfigureAwait(false);
            MarkRemoved();
        }
    }

    /// <summary>Whether a batch failed only because a function has removed the prepared statements.</summary>
    public bool LostPreparedStatements(StatementException failure) => _arePrepared && failure.Statement is null && failure.Cause.SqlState == InvalidStatementName;

    /// <summary>Gets the commands to send after a script. The last one is COMMIT.</summary>
    public IEnumerable<SentCommand> RecordAndCommit(ApplyWork work)
    {
        Script script = work.Script;
        return _arePrepared
            ?
            [
                new SentCommand(script, TransactionalStrategy.CheckConstraints),
                .. settings.PartialResetStatements.Concat(checks).Select(s => new SentCommand(script, Prepared(s))),
                new SentCommand(script, Prepared(row.Template), Parameters: AppliedRow.ParametersOf(script)),
                new SentCommand(script, Prepared("COMMIT")),
            ]
            : settings.ResetStatements.Prepend(TransactionalStrategy.CheckConstraints).Concat(checks).Concat(work.RecordStatements()).Append("COMMIT")
                .Select(s => new SentCommand(script, s));
    }

    // Npgsql finds a prepared statement by its text. The comment makes the text different from all other statements, and from
    // those of an earlier preparation.
    private string Prepared(string statement) => $"{statement} /* prepared {_preparations} */";
}
