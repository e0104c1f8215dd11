namespace Migrator.Rehearsal.Execution;

/// <summary>A stage failed. The message is what Spinnaker's UI shows.</summary>
/// <param name="errors">The reasons, at least one.</param>
internal sealed class StageFailure(params IReadOnlyList<string> errors) : Exception(string.Join("; ", errors))
{
    /// <summary>The reasons. Orca stores them as <c>exception.details.errors</c>.</summary>
    public IReadOnlyList<string> Errors => errors;
}
