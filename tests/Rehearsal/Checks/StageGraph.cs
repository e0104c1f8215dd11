using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Which stage comes before which.</summary>
internal sealed class StageGraph(Pipeline pipeline)
{
    private readonly IReadOnlyList<StageConfig> _stages = pipeline.Stages;

    /// <summary>Whether a stage starts only when the other is done.</summary>
    public bool DependsOn(StageConfig stage, StageConfig other) => Before(stage).Any(s => s.RefId == other.RefId);

    /// <summary>All stages that have to be done before a stage.</summary>
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
