using Migrator.Rehearsal.Pipelines;
using static Migrator.Rehearsal.Checks.PhaseStages;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Checks when contract scripts run. Their Job waits until the last pod of another version in its own cluster has ended, and then works for as
/// long as its scripts need. So it must not hold up deployments, and it must run after the deployment to the last cluster.
/// </summary>
internal static class ContractCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        Deploys(pipeline, "contract").Where(s => s.Json["stageTimeoutMs"] is null).Select(stage =>
            $"Stage {stage}: stageTimeoutMs is missing. The contract Job can take hours, and by default Spinnaker gives up after 30 minutes (Run Job: 120 minutes).");

    public static IEnumerable<string> Warnings(Pipeline pipeline)
    {
        if (IsMain(pipeline))
        {
            foreach (var stage in Deploys(pipeline, "contract"))
            {
                yield return $"Stage {stage} runs the contract scripts in the pipeline that deploys. They can take hours, and with limitConcurrent the next tag waits for them. Move the stage to a pipeline of its own.";
            }
        }

        foreach (var bake in Bakes(pipeline, "migrate").Where(b => b.Json.Text("overrides", "migration.contract.run") == "job"))
        {
            yield return $"Stage {bake}: migration.contract.run is job, but a phase contains no contract Job, so contract scripts would stay pending. Set it to manual, and run them in a pipeline of its own that bakes phase=contract.";
        }
    }

    public static IEnumerable<string> Warnings(IReadOnlyList<Pipeline> pipelines)
    {
        Pipeline[] contracts = [.. pipelines.Where(p => Bakes(p, "contract").Any())];
        foreach (var group in contracts.GroupBy(Release).Where(g => g.Count() > 1))
        {
            yield return $"{string.Join(" and ", group.Select(p => $"'{p.Name}'"))} run the contract scripts of one release. A contract Job sees only the pods of its own cluster. "
                + "If the clusters use one database, keep only the pipeline of the cluster that is deployed last.";
        }

        foreach (var contract in contracts)
        {
            var earlier = pipelines.Where(p => IsMain(p) && Release(p) == Release(contract))
                .Where(main => StartsAfter(contract, main) || Place(contract, "contract") == Place(main, "migrate"))
                .Select(main => (Main: main, Next: pipelines.FirstOrDefault(p => p != main && IsMain(p) && StartsAfter(p, main))));
            foreach (var (main, next) in earlier.Where(e => e.Next is not null))
            {
                yield return $"'{contract.Name}' runs the contract scripts after '{main.Name}', but '{next!.Name}' then deploys to another cluster, and that cluster still has pods of older versions. "
                    + $"If the clusters use one database, run them in the cluster of '{next.Name}'.";
            }
        }
    }

    private static bool IsMain(Pipeline pipeline) => Bakes(pipeline, "migrate").Any();

    private static bool StartsAfter(Pipeline pipeline, Pipeline other) =>
        pipeline.Triggers.Any(t => t.Text("type") == "pipeline" && t.Text("pipeline") == other.Id && t.Texts("status").Contains("successful"));

    private static (string Application, string? Name) Release(Pipeline pipeline) =>
        (pipeline.Application, pipeline.Stages.FirstOrDefault(s => s.Type == "bakeManifest")?.Json.Text("outputName"));

    private static (string? Account, string? Namespace) Place(Pipeline pipeline, string phase) =>
        (Deploys(pipeline, phase).FirstOrDefault()?.Json.Text("account"), Bakes(pipeline, phase).FirstOrDefault()?.Json.Text("namespace"));
}
