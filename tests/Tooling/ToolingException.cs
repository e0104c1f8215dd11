namespace Migrator.Tooling;

/// <summary>
/// A tool that the tests need could not be brought or started; the message says why and what to do, in one sentence
/// that the output of the tool may follow.
/// </summary>
public sealed class ToolingException(string message, Exception? innerException = null)
    : Exception(message, innerException);
