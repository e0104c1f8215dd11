using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Stages;
using Migrator.Rehearsal.Templates;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Finds images in manifests that Spinnaker can replace by an artifact that the stage does not require: an image of the same name from the
/// trigger or an earlier stage. Source: <c>initializeArtifacts</c> of <c>KubernetesDeployManifestOperation.java</c>; recording 15.
/// </summary>
internal sealed class BindingCheck
{
    private const string Image = "docker/image";

    private static readonly string[] s_repositories = ["migration.image.repository", "image.repository"];

    private readonly Pipeline _pipeline;
    private readonly StageGraph _graph;
    private readonly Scope _templateVariables;

    private BindingCheck(Pipeline pipeline)
    {
        _pipeline = pipeline;
        _graph = new StageGraph(pipeline);
        _templateVariables = TemplateVariables.ScopeOf(pipeline.Json["templateVariables"]);
    }

    public static IEnumerable<string> Warnings(Pipeline pipeline)
    {
        var check = new BindingCheck(pipeline);
        return pipeline.Stages.Where(s => s.Type == "deployManifest" && ManifestSource.BindsArtifacts(s.Json)).SelectMany(check.StageWarnings);
    }

    private IEnumerable<string> StageWarnings(StageConfig stage)
    {
        var images = Images(stage).ToList();
        string[] ids = [.. stage.Json.Texts("requiredArtifactIds"), .. stage.Json.Maps("requiredArtifacts").Select(r => r.Text("expectedArtifactId")).OfType<string>()];
        // A required artifact takes precedence over all others of the same name.
        var required = images.Where(i => ids.Contains(i.Id)).Select(i => i.Name).ToHashSet();
        var known = KnownImages(stage);
        foreach (var (id, name, source) in images.Where(i => !required.Contains(i.Name) && known?.Contains(i.Name) != false))
        {
            yield return $"Stage {stage}: Spinnaker replaces an image {name} of the manifest by the artifact {id} of {source}, "
                + "which the stage does not require. Add the intended artifact to requiredArtifactIds, or set enableArtifactBinding to false.";
        }
    }

    /// <summary>Returns the images from the trigger and from the stages before a stage.</summary>
    private IEnumerable<(string Id, string Name, string Source)> Images(StageConfig stage) =>
        _pipeline.ExpectedArtifacts.Select(a => (Artifact: a, Source: "the trigger"))
            .Concat(_graph.Before(stage).SelectMany(s => ArtifactCheck.ProducedArtifacts(s).Select(a => (Artifact: a, Source: $"stage {s}"))))
            .Where(a => a.Artifact.Match.Type == Image)
            .Select(a => (a.Artifact.Id, Evaluate(a.Artifact.Match.Name), a.Source));

    /// <summary>Returns the names of the images in a stage's manifests, from their text or from the overrides of their bake; null if they are not known.</summary>
    private List<string>? KnownImages(StageConfig stage)
    {
        if (stage.Json.Text("source") != "artifact")
        {
            return [.. stage.Json.Maps("manifests").SelectMany(ArtifactReplacer.FindAll).Select(a => a.Name).OfType<string>()];
        }

        var bake = _pipeline.Stages.FirstOrDefault(s => s.Type == "bakeManifest"
            && ArtifactCheck.ProducedArtifacts(s).Any(a => a.Id == stage.Json.Text("manifestArtifactId")));
        var names = s_repositories.Where(name => bake?.Json.Text("overrides", name) is not null)
            .Select(name => Evaluate(bake!.Json.Text("overrides", name))).ToList();
        return names.Count == 0 || names.Any(n => n.Contains("${", StringComparison.Ordinal))
            ? null
            // The Job of a phase has one container, with the migration's own image if there is one.
            : bake!.Json.Text("overrides", "phase") is "migrate" or "rollback" or "contract" ? names[..1] : names;
    }

    /// <summary>Returns a text in which the variables of a template are replaced by their values.</summary>
    private string Evaluate(string? text) => TextTemplate.Evaluate(text, _templateVariables, []).Text() ?? "";
}
