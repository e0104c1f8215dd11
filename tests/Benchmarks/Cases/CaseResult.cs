namespace Migrator.Benchmarks.Cases;

/// <summary>The results of a case.</summary>
internal sealed record CaseResult(BenchmarkCase Case, IReadOnlyList<ContenderResult> Contenders);
