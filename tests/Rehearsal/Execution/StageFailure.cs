namespace Migrator.Rehearsal.Execution;

/// <summary>Why a stage failed, as Spinnaker's UI shows it.</summary>
internal sealed class StageFailure(string message) : Exception(message);
