namespace Migrator.Rehearsal;

/// <summary>Why a stage, or the whole rehearsal, cannot go on: a sentence for the person who reads it.</summary>
public sealed class RehearsalException(string message) : Exception(message);
