namespace Migrator.Reporting.Results;

/// <summary>Result of a command line that names no command.</summary>
internal sealed class UsageResult : CommandResult;
