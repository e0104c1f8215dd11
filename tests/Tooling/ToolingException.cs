namespace Migrator.Tooling;

/// <summary>
/// A tool that the tests need could not be downloaded or started. The message states the reason and what to do. The
/// output of the tool may follow.
/// </summary>
public sealed class ToolingException(string message, Exception? innerException = null)
    : Exception(message, innerException);
