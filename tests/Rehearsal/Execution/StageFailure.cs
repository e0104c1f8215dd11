namespace Migrator.Rehearsal.Execution;

/// <summary>A stage failed. The message is what Spinnaker's UI shows.</summary>
internal sealed class StageFailure(string message) : Exception(message);
