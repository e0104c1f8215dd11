namespace Migrator.Reporting.Results;

/// <summary>Result of a command line without a valid command.</summary>
internal sealed class UsageResult : CommandResult;
