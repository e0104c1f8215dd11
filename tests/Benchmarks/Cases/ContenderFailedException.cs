namespace Migrator.Benchmarks.Cases;

/// <summary>A contender failed in a case. The message contains the reason in one line.</summary>
internal sealed class ContenderFailedException(string message) : Exception(message);
