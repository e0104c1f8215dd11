namespace Migrator.Benchmarks.Reporting;

/// <summary>A contender, as the report introduces it.</summary>
internal sealed record ReportedContender(string Name, string Version, string Note);
