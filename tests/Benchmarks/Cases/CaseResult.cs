namespace Migrator.Benchmarks.Cases;

/// <summary>A case that was measured.</summary>
internal sealed record CaseResult(BenchmarkCase Case, IReadOnlyList<ContenderResult> Contenders);
