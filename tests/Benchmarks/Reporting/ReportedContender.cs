namespace Migrator.Benchmarks.Reporting;

/// <summary>A contender in the report.</summary>
internal sealed record ReportedContender(string Name, string Version, string Note);
