using Migrator.Database;
using Migrator.Execution;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Reporting.Results;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// A session that holds the run lock, and can therefore change the database. See <see cref="ReadSession.LockAsync"/>.
/// </summary>
internal sealed class LockedSession(
    ReadSession session, CommandContext context, RunLock runLock, SessionSettings settings, LockBudget budget, ChangeResult result)
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(5);

    private readonly DatabaseSession _database = session.Database;
    private IReadOnlyList<string> _afterContract = [];

    /// <summary>Which scripts this session can apply or undo.</summary>
    public RunLockScope Scope => runLock.Scope;

    /// <summary>Stores the undo scripts in the database, then applies the pending scripts.</summary>
    /// <param name="pending">The pending scripts, without problems.</param>
    /// <param name="findings">See <see cref="ScriptProgress"/>.</param>
    /// <param name="canReconnect">Whether the caller catches <see cref="ClosedSessionException"/>.</param>
    /// <param name="cancellation">Stops the run, and rolls back uncommitted changes.</param>
    /// <exception cref="MigrateException">A script failed. The scripts before it stay applied.</exception>
    /// <exception cref="ClosedSessionException">A script was rolled back and can run again, with a new session.</exception>
    public async Task ApplyAsync(
        CheckedPlan pending, Func<IReadOnlyList<Finding>> findings, bool canReconnect, CancellationToken cancellation)
    {
        if (pending.Undo.Count > 0)
        {
            await CreateTablesAsync(cancellation).ConfigureAwait(false);
            await _database.ExecuteAllAsync(
                pending.Undo.Select(s => session.Undo.StoreStatement(s.Script, s.Placeholders)),
                cancellation).ConfigureAwait(false);
            context.Progress.Warnings(pending.Undo.Where(s => session.StoredUndo.Contains(s.Script.Version)).Select(ReplacedUndo));
        }

        MigrationContext migration = Context(context.Progress.ForScripts(result, findings), canReconnect);
        await MigrationRun.ApplyAsync(migration, pending.Scripts, session.Steps, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Records that contract scripts begin, before anything looks for pods of another version for the last time: from now on, the gate starts no pod without these scripts.
    /// </summary>
    public async Task BeginContractAsync(IReadOnlyList<Script> contract, CancellationToken cancellation)
    {
        _afterContract = await FindAfterContractAsync(cancellation).ConfigureAwait(false);
        await CreateTablesAsync(cancellation).ConfigureAwait(false);
        await _database.ExecuteAllAsync([session.History.DeleteUnusedBegunStatement(session.SideTables), .. contract.SelectMany(session.History.BeginAgainStatements)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes the records of contract scripts that runs left which were killed before anything took effect. The caller holds the locks of both phases.</summary>
    public async Task DeleteUnusedBegunAsync(CancellationToken cancellation)
    {
        if (session.HasBegun)
        {
            await CreateTablesAsync(cancellation).ConfigureAwait(false);
            await _database.ExecuteAllAsync([session.History.DeleteUnusedBegunStatement(session.SideTables)], cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes the records of contract scripts of which nothing took effect, if the connection still works. A script that ran step by step can have taken effect
    /// in part: its record stays. The run can be canceled already.
    /// </summary>
    /// <param name="contract">The scripts.</param>
    /// <param name="committing">The script that stopped in a statement that can have committed batches; null for none.</param>
    public async Task EndContractAsync(IReadOnlyList<Script> contract, Script? committing)
    {
        using var limit = new CancellationTokenSource(s_endLimit, context.Time);
        try
        {
            // A run that has lost the lock must not delete the record of the run that has it now.
            string[] marks = committing is { Phase: ScriptPhase.Contract } ? [session.History.MarkPartialStatement(committing)] : [];
            await _database.ExecuteAllAsync([runLock.CheckStatement, .. marks, session.History.DeleteUnusedBegunStatement(session.SideTables)], limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The records stay. They stop only applications that do not have the scripts, and the next run removes them.
        }
    }

    /// <summary>Records that no application has used the database yet.</summary>
    public async Task NoteFreshAsync(CancellationToken cancellation)
    {
        context.Progress.Info("no application has used this database yet, so contract scripts run, too");
        if (FreshDatabase.HasNote(session.Steps))
        {
            // The first installation can have been one of another release, whose application starts earlier.
            return;
        }

        await CreateTablesAsync(cancellation).ConfigureAwait(false);
        await _database.ExecuteAllAsync([session.Fresh.NoteStatement(session.Scripts)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes the record of <see cref="NoteFreshAsync"/>, if there is one: from now on, an application can use the database.</summary>
    public async Task EndFreshAsync(CancellationToken cancellation)
    {
        if (session.IsFresh || FreshDatabase.HasNote(session.Steps))
        {
            await _database.ExecuteAllAsync([session.Fresh.DeleteNoteStatement], cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Undoes the versions of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="undos">The checked undo scripts of the plan.</param>
    /// <param name="cancellation">Stops the run, and rolls back uncommitted changes.</param>
    /// <exception cref="MigrateException">A script failed. The versions before it stay undone.</exception>
    public async Task UndoAsync(
        UndoPlan plan, IReadOnlyList<CheckedUndo> undos, CancellationToken cancellation)
    {
        ScriptProgress progress = context.Progress.ForScripts(result, () => []);
        progress.Undoing(plan);
        await MigrationRun.UndoAsync(Context(progress, canReconnect: false), undos, session.Steps, cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes the baseline, and the scripts that another tool applied, to the history.</summary>
    public async Task AdoptAsync(Adoption adoption, CancellationToken cancellation)
    {
        await CreateTablesAsync(cancellation).ConfigureAwait(false);
        IEnumerable<string> rows = adoption.Applied.SelectMany(s => new[]
        {
            session.History.InsertStatement(s, TimeSpan.Zero),
            session.Audit.InsertStatement(s, AuditOutcome.Adopted, TimeSpan.Zero),
        });
        if (adoption.Start is { } start)
        {
            rows = rows.Prepend(session.History.StartVersionStatement(start));
        }

        await _database.ExecuteAllAsync(rows, cancellation).ConfigureAwait(false);
        await EndFreshAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Replaces the checksums of edited scripts, and removes the rows that Evolve wrote for failed scripts.
    /// </summary>
    /// <param name="edited">The scripts that were edited after they were applied.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="MigrateException">
    /// The server rejected a statement (2 if a privilege is missing, otherwise 1).
    /// </exception>
    public async Task<int> RepairAsync(IReadOnlyList<PlannedScript> edited, CancellationToken cancellation)
    {
        try
        {
            int failedRows = await session.History.CountFailedAsync(_database, cancellation).ConfigureAwait(false);
            if (edited.Count > 0 || failedRows > 0)
            {
                await CreateTablesAsync(cancellation).ConfigureAwait(false);
                await _database.ExecuteAllAsync(
                    edited.SelectMany(s => new[]
                    {
                        session.Audit.RepairedStatement(s.Entry!),
                        session.History.RepairStatement(s.Entry!, s.Script!),
                    }).Append(session.History.DeleteFailedStatement()),
                    cancellation).ConfigureAwait(false);
            }

            return failedRows;
        }
        catch (PostgresException e)
        {
            throw HistoryProblems.Failed("repairing the history", e, session.History);
        }
    }

    // A contract script can drop a view that a repeatable script creates.
    private async Task<IReadOnlyList<string>> FindAfterContractAsync(CancellationToken cancellation)
    {
        IReadOnlyList<RepeatableObject> objects = session.RepeatableObjects();
        if (objects.Count == 0)
        {
            return [];
        }

        var conditions = new List<(string Script, string Condition)>();
        await _database.QueryAsync(
            [RepeatableObject.GoneConditionsQuery(objects)],
            async reader =>
            {
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    conditions.Add((reader.GetString(0), reader.GetString(1)));
                }

                return true;
            },
            cancellation).ConfigureAwait(false);
        return [.. conditions.GroupBy(c => c.Script).Select(g => session.History.RepeatStatement(g.Key, string.Join(" OR ", g.Select(c => c.Condition))))];
    }

    private Problem ReplacedUndo(CheckedScript undo) => new("undo-replaced", $"the undo script of version {undo.Script.Version} in {session.Undo.Name} was different from {undo.Script.FileName}, and was replaced")
    {
        Script = undo.Script.FileName,
        Advice = "If the file and the values of its placeholders did not change, find out which role has changed the table.",
    };

    private Task CreateTablesAsync(CancellationToken cancellation)
        => HistoryCreation.CreateMissingAsync(_database, session.History, session.SideTables, context.Options, session.Trust, cancellation);

    private MigrationContext Context(IExecutionProgress progress, bool canReconnect)
        => new(_database, runLock, settings, session.History, session.SideTables, session.Trust, session.Audit, budget, context.Options, progress, context.Time, canReconnect) { AfterContract = _afterContract };
}
