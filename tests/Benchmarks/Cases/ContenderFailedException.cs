namespace Migrator.Benchmarks.Cases;

/// <summary>A contender could not do what a case asks for; the message says why, in one line.</summary>
internal sealed class ContenderFailedException(string message) : Exception(message);
