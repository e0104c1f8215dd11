using Migrator.Execution.LockReport;

namespace Migrator.Execution;

/// <summary>Tracks which script is running, and reports when scripts start and when they are done.</summary>
/// <param name="context">The run's context.</param>
internal sealed class RunTracker(MigrationContext context)
{
    private long _started;

    /// <summary>The script that is running, or that failed; null between scripts.</summary>
    public ScriptWork? Current { get; private set; }

    /// <summary>How long the current script has been running.</summary>
    public TimeSpan Elapsed => context.Time.GetElapsedTime(_started);

    /// <summary>Adds observed locks to the rows of the audit table.</summary>
    public LockReportWriter LockReports { get; } = new(context);

    /// <summary>Records that a script starts now.</summary>
    public void Start(ScriptWork work) => Start(work, context.Time.GetTimestamp());

    /// <summary>Records that a script started.</summary>
    /// <param name="work">The script.</param>
    /// <param name="started">When the script started: a timestamp of the run's clock.</param>
    public void Start(ScriptWork work, long started)
    {
        (Current, _started) = (work, started);
        context.Progress.Starting(work.Script);
    }

    /// <summary>Reports that a script is done and recorded.</summary>
    /// <param name="work">The script.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">The locks that it took on tables that existed before the run.</param>
    public void Done(ScriptWork work, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
    {
        Current = null;
        work.Report(context.Progress, elapsed, observed);
    }
}
