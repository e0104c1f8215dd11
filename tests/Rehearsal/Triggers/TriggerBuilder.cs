using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Triggers;

/// <summary>
/// Creates triggers with their artifacts and parameters. Source: <c>resolveArtifacts</c> of orca's
/// <c>ArtifactUtils.java</c>, <c>DependentPipelineStarter.groovy</c>.
/// </summary>
internal static class TriggerBuilder
{
    /// <summary>Creates the trigger for a new image tag.</summary>
    public static Trigger Docker(Pipeline pipeline, JsonObject trigger, Artifact image, Func<IReadOnlyList<Artifact>> prior) =>
        Resolve(pipeline, new Trigger("docker") { Tag = image.Version, Artifacts = [image] }, trigger.Texts("expectedArtifactIds"), [], prior);

    /// <summary>Creates the trigger for a manual start.</summary>
    public static Trigger Manual(Pipeline pipeline, ManualStart start, Func<IReadOnlyList<Artifact>> prior)
    {
        var docker = start.Image is null ? null : pipeline.Triggers.FirstOrDefault(t => t.Text("type") == "docker");
        var trigger = new Trigger("manual")
        {
            Tag = start.Image?.Version,
            User = "user",
            Artifacts = start.Image is { } image ? [image] : [],
        };
        return Resolve(pipeline, trigger, docker?.Texts("expectedArtifactIds") ?? [], start.Parameters, prior);
    }

    /// <summary>Creates the trigger for the end of another pipeline. It provides all artifacts of that execution, including its image.</summary>
    public static Trigger Dependent(
        Pipeline pipeline, JsonObject trigger, PipelineExecution parent, Func<IReadOnlyList<Artifact>> prior)
    {
        var artifacts = parent.AllArtifacts;
        var matching = pipeline.ExpectedArtifacts.Where(e => artifacts.Any(e.Matches)).Select(e => e.Id);
        return Resolve(
            pipeline,
            new Trigger("pipeline") { Parent = parent, User = parent.Trigger.User, Artifacts = artifacts },
            [.. trigger.Texts("expectedArtifactIds"), .. matching],
            [],
            prior);
    }

    private static Trigger Resolve(
        Pipeline pipeline,
        Trigger trigger,
        IReadOnlyList<string> expectedIds,
        IEnumerable<KeyValuePair<string, string>> parameters,
        Func<IReadOnlyList<Artifact>> prior)
    {
        ExpectedArtifact[] expected = [.. pipeline.ExpectedArtifacts.Where(e => expectedIds.Contains(e.Id) || e.UsesDefault || e.UsesPrior)];
        var resolved = ArtifactResolver.Resolve(
            expected, trigger.Artifacts, expected.Any(e => e.UsesPrior) ? prior() : [], mustBeUnique: true);
        return trigger with
        {
            Artifacts = [.. trigger.Artifacts.Concat(resolved.Select(r => r.Bound!)).Distinct()],
            ResolvedArtifacts = resolved,
            Parameters = Parameters(pipeline, parameters),
        };
    }

    private static Dictionary<string, string> Parameters(Pipeline pipeline, IEnumerable<KeyValuePair<string, string>> chosen)
    {
        var all = pipeline.Parameters
            .Where(p => p.Text("default") is not null)
            .ToDictionary(p => p.Text("name") ?? "", p => p.Text("default")!);
        foreach (var (name, value) in chosen)
        {
            all[name] = value;
        }

        return all;
    }
}
