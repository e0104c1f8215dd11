namespace Migrator.Rehearsal;

/// <summary>The rehearsal or one of its stages cannot continue. The message tells the user why.</summary>
public sealed class RehearsalException(string message) : Exception(message);
