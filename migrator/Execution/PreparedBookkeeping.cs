using Migrator.Database;
using Migrator.History;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// What we send behind each script that travels with others: the session as it was, the row, the commit. The server reads these once and keeps them prepared:
/// reading and planning them anew was two thirds of what they cost, and together they cost as much as a small script's own statements.
/// </summary>
internal sealed class PreparedBookkeeping(DatabaseSession session, SessionSettings settings, TransactionalScript transaction, AppliedRow row)
{
    // Preparing is a round trip of its own.
    private const int FewestScripts = 4;
    private const string UnknownPrepared = "26000";

    private static readonly string[] s_words = ["prepare", "deallocate", "discard", "cursor", "listen"];

    private int _times;
    private bool _arePrepared;
    private bool _areRefused;

    /// <summary>Whether a script may leave what only the complete reset takes away, or take away what is prepared.</summary>
    public static bool MayTouch(string text) => s_words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>Prepares them, where so many scripts are worth it and they are not prepared yet.</summary>
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
            // Somebody has locked our tables, say. It goes without, and whatever is wrong shows with the script, where it can be waited for.
            _areRefused = true;
        }
    }

    /// <summary>They were taken away.</summary>
    public void Forget() => _arePrepared = false;

    /// <summary>Takes them away, before something runs in the session that knows nothing of them.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (_arePrepared)
        {
            await session.ExecuteAsync("DEALLOCATE ALL", cancellation).ConfigureAwait(false);
            Forget();
        }
    }

    /// <summary>Whether a failure only says that they are not there any more: a function took them away.</summary>
    public bool AreLost(StatementException failure) => _arePrepared && failure.Statement is null && failure.Cause.SqlState == UnknownPrepared;

    /// <summary>What is sent behind a script.</summary>
    public IEnumerable<SentCommand> Behind(CheckedScript script) => _arePrepared
        ?
        [
            .. settings.BriefResetStatements.Select(s => new SentCommand(script, Kept(s))),
            new SentCommand(script, Kept(row.Template), Parameters: AppliedRow.ParametersOf(script.Script)),
            new SentCommand(script, Kept("COMMIT")),
        ]
        : transaction.Last([row.StatementFor(script.Script)]).Select(s => new SentCommand(script, s));

    // Npgsql knows them by their text: it is none that is sent elsewhere, and another one when they are prepared again.
    private string Kept(string statement) => $"{statement} /* prepared {_times} */";
}
