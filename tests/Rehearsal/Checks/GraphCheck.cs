using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Stages that wait for what is not there, or for themselves.</summary>
internal static class GraphCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        var stages = pipeline.Stages;
        if (stages.Count == 0 && !pipeline.IsTemplated)
        {
            yield return "The pipeline has no stages.";
        }

        foreach (var twice in stages.GroupBy(s => s.RefId).Where(g => g.Count() > 1))
        {
            yield return $"refId {twice.Key} belongs to more than one stage: {string.Join(", ", twice.Select(s => s.Name))}.";
        }

        foreach (var twice in stages.GroupBy(s => s.Name).Where(g => g.Count() > 1))
        {
            yield return $"The name '{twice.Key}' belongs to more than one stage: #stage('{twice.Key}') means only the first.";
        }

        foreach (var stage in stages)
        {
            foreach (var id in stage.RequisiteStageRefIds.Where(id => stages.All(s => s.RefId != id)))
            {
                yield return $"Stage {stage} depends on {id}, but there is no stage with that refId: it would never start.";
            }
        }

        var graph = new StageGraph(pipeline);
        foreach (var stage in stages.Where(s => graph.DependsOn(s, s)))
        {
            yield return $"Stage {stage} depends on itself: it would never start.";
        }
    }
}
