namespace Migrator.Kubernetes;

/// <summary>What to wait for.</summary>
/// <param name="Workloads">The workloads of <c>--after-rollout</c>.</param>
/// <param name="Selectors">The label selectors of <c>--after-pods</c>.</param>
internal sealed record RolloutTargets(IReadOnlyList<WorkloadName> Workloads, IReadOnlyList<string> Selectors);
