using System.Text;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Expressions;

namespace Migrator.Rehearsal.Stages;

/// <summary>Reads the manifests that a stage deploys, from its own text or from an artifact. Source: <c>ManifestEvaluator.java</c>.</summary>
internal sealed class ManifestSource(RehearsalOptions options)
{
    /// <summary>Returns the manifests. Evaluates expressions in them unless <c>skipExpressionEvaluation</c> is set.</summary>
    public IReadOnlyList<JsonObject> Manifests(StageExecution stage)
    {
        var context = stage.Context;
        if (context.Text("source") != "artifact")
        {
            var own = context["manifest"] is JsonObject single ? [single.Copy()] : context.Maps("manifests").Select(m => m.Copy()).ToList();
            return own.Count > 0 ? own : throw new StageFailure("No text manifest was specified.");
        }

        var id = context.Text("manifestArtifactId");
        var artifact = (id is not null
            ? stage.FindBound(id)
            : context["manifestArtifact"] is JsonObject inline ? Artifact.FromJson(inline) : null)
            ?? throw new StageFailure("No manifest artifact was specified.");
        if ((context.Text("manifestArtifactAccount") ?? artifact.Account) is not { Length: > 0 })
        {
            throw new StageFailure("No manifest artifact account was specified.");
        }

        var manifests = YamlDocuments.Parse(Fetch(id, artifact));
        return context.IsTrue("skipExpressionEvaluation") ? manifests : Evaluated(stage, manifests);
    }

    /// <summary>Returns whether Spinnaker replaces images in the manifests of a stage by artifacts. It does so by default.</summary>
    public static bool BindsArtifacts(JsonObject stage) => stage["enableArtifactBinding"] is null || stage.IsTrue("enableArtifactBinding");

    /// <summary>Returns the required artifacts. The stage refers to them by id or contains them.</summary>
    public static IReadOnlyList<Artifact> Required(StageExecution stage) =>
    [
        .. stage.Context.Texts("requiredArtifactIds").Select(id => stage.FindBound(id)
            ?? throw new StageFailure($"No artifact with id {id} could be found in the pipeline context.")),
        .. stage.Context.Maps("requiredArtifacts").Select(r => r["artifact"] is JsonObject inline
            ? Artifact.FromJson(inline)
            : stage.FindBound(r.Text("expectedArtifactId") ?? "")
                ?? throw new StageFailure($"No artifact with id {r.Text("expectedArtifactId")} could be found in the pipeline context.")),
    ];

    private string Fetch(string? id, Artifact artifact)
    {
        if (artifact.Type == "embedded/base64")
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(artifact.Reference ?? ""));
        }

        return File.ReadAllText(options.FetchArtifact(id, artifact)
            ?? throw new RehearsalException($"No local file is configured for the artifact {artifact} (id {id})."));
    }

    private static JsonObject[] Evaluated(StageExecution stage, IReadOnlyList<JsonObject> manifests)
    {
        List<string> failures = [];
        JsonObject[] evaluated = [.. manifests.Select(m => (JsonObject)TextTemplate.Evaluate(m, StageScope.Of(stage), failures)!)];
        if (failures.Count > 0 && stage.Context.IsTrue("failOnFailedExpressions"))
        {
            throw new StageFailure($"Failure evaluating manifest expressions: {string.Join("; ", failures)}");
        }

        failures.ForEach(f => stage.Report($"left unchanged: {f}"));
        return evaluated;
    }
}
