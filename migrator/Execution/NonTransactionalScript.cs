using System.Diagnostics;
using Migrator.Database;
using Migrator.Reporting;
using Migrator.Scripts.Sql;

namespace Migrator.Execution;

/// <summary>Runs an <c>-- evolve-tx-off</c> script statement by statement, then writes its history row (guarantee 5).</summary>
internal sealed class NonTransactionalScript(
    DatabaseSession session, HistoryTable history, StatementRunner runner, SessionSettings settings, IRunReport report)
{
    public async Task RunAsync(PreparedScript script, CancellationToken cancellation)
    {
        report.Applying(script.Script);
        long start = Stopwatch.GetTimestamp();
        try
        {
            foreach (SqlStatement statement in script.Statements)
            {
                await runner.RunOneAsync(script, statement, cancellation).ConfigureAwait(false);
            }
        }
        catch (StatementException e)
        {
            throw e.ToFailure();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        foreach (string statement in settings.ResetStatements.Append(history.InsertStatement(script.Script, elapsed)))
        {
            await session.ExecuteAsync(statement, cancellation).ConfigureAwait(false);
        }

        report.Applied(new AppliedScript(script.Script, elapsed));
    }
}
