using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>The dependencies between the stages of a pipeline.</summary>
internal sealed class StageGraph(Pipeline pipeline)
{
    private readonly IReadOnlyList<StageConfig> _stages = pipeline.Stages;

    /// <summary>Returns whether a stage starts only after the other stage has ended.</summary>
    public bool DependsOn(StageConfig stage, StageConfig other) => Before(stage).Any(s => s.RefId == other.RefId);

    /// <summary>Returns all stages that have to end before a stage starts.</summary>
    public IReadOnlyList<StageConfig> Before(StageConfig stage)
    {
        List<StageConfig> found = [.. Requisites(stage)];
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(Requisites(found[i]).Where(s => found.All(f => f.RefId != s.RefId)));
        }

        return found;
    }

    private IEnumerable<StageConfig> Requisites(StageConfig stage) =>
        _stages.Where(s => stage.RequisiteStageRefIds.Contains(s.RefId));
}
