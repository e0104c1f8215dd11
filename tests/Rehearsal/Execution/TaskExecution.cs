namespace Migrator.Rehearsal.Execution;

/// <summary>A step of a stage, with the name that Orca shows, such as <c>waitForManifestToStabilize</c>.</summary>
/// <param name="name">The name.</param>
public sealed class TaskExecution(string name)
{
    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>The current status.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>Returns a text such as <c>monitorDeploy: TERMINAL</c>.</summary>
    public override string ToString() => $"{Name}: {Status.ToSpinnakerName()}";
}
