namespace Migrator.Tooling;

/// <summary>A tool that the tests need could not be brought or started; the message is one sentence that says why and what to do.</summary>
public sealed class ToolingException(string message, Exception? innerException = null)
    : Exception(message, innerException);
