using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds stages that depend on a missing stage or on themselves, and ambiguous names.</summary>
internal static class GraphCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        var stages = pipeline.Stages;
        if (stages.Count == 0 && !pipeline.IsTemplated)
        {
            yield return "The pipeline has no stages.";
        }

        foreach (var duplicate in stages.GroupBy(s => s.RefId).Where(g => g.Count() > 1))
        {
            yield return $"refId {duplicate.Key} belongs to more than one stage: {string.Join(", ", duplicate.Select(s => s.Name))}.";
        }

        foreach (var duplicate in stages.GroupBy(s => s.Name).Where(g => g.Count() > 1))
        {
            yield return $"The name '{duplicate.Key}' belongs to more than one stage: #stage('{duplicate.Key}') refers only to the first.";
        }

        foreach (var stage in stages)
        {
            foreach (var id in stage.RequisiteStageRefIds.Where(id => stages.All(s => s.RefId != id)))
            {
                yield return $"Stage {stage} depends on {id}, but no stage has this refId. The stage would never start.";
            }
        }

        var graph = new StageGraph(pipeline);
        foreach (var stage in stages.Where(s => graph.DependsOn(s, s)))
        {
            yield return $"Stage {stage} depends on itself. The stage would never start.";
        }
    }
}
