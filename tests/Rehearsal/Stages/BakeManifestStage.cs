using System.Text;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Baking;
using Migrator.Rehearsal.Execution;
using Migrator.Tooling.Processes;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Bake (Manifest) with the renderer HELM3 and the real helm. Source: orca's <c>CreateBakeManifestTask.java</c>, rosco's
/// <c>HelmBakeManifestService.java</c>.
/// </summary>
internal sealed class BakeManifestStage(Tool helm, RehearsalOptions options) : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => ["createBake", "bindProducedArtifacts"];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("createBake");
        var context = stage.Context;
        AddOverrides(context);
        var inputs = context.Maps("inputArtifacts").Select(i => (Id: i.Text("id"), Artifact: Resolve(stage, i))).ToList();
        var expected = context.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson).ToList();
        if (inputs.Count == 0)
        {
            throw new StageFailure("At least one input artifact to bake must be supplied");
        }

        if (expected.Count != 1)
        {
            throw new StageFailure("The Bake (Manifest) stage produces one embedded base64 artifact: expectedArtifacts must contain exactly one.");
        }

        if (context.Text("templateRenderer")?.ToUpperInvariant() != "HELM3")
        {
            throw new RehearsalException($"The rehearsal supports only the templateRenderer HELM3, not {context.Text("templateRenderer")}.");
        }

        using var folder = new TempFolder();
        List<string> files = [.. inputs.Select(i => Fetch(i.Id, i.Artifact))];
        files[0] = await ChartFile.PrepareAsync(
            helm, inputs[0].Artifact, files[0], context.Text("helmChartFilePath"), folder.Path, cancellationToken);
        var arguments = HelmCommand.Template(context, files[0], files[1..]);
        stage.Report($"helm {string.Join(' ', arguments)}");
        var baked = await helm.RunAsync(arguments, "", cancellationToken);
        if (baked.ExitCode != 0)
        {
            throw new StageFailure($"Bake failed: {baked.Error.Trim()}");
        }

        var result = new Artifact("embedded/base64")
        {
            Name = expected[0].Match.Name,
            Reference = Convert.ToBase64String(Encoding.UTF8.GetBytes(HelmOutput.WithoutTests(baked.Output))),
        };
        stage.Outputs["artifacts"] = new JsonArray(result.ToJson());
        stage.StartTask("bindProducedArtifacts");
        BoundArtifacts.Bind(stage);
    }

    private void AddOverrides(JsonObject context)
    {
        foreach (var (name, value) in options.ExtraOverrides)
        {
            context.Map("overrides")[name] = value;
        }
    }

    private static Artifact Resolve(StageExecution stage, JsonObject input)
    {
        var found = input.Text("id") is { } id
            ? stage.FindBound(id)
            : input["artifact"] is JsonObject inline ? Artifact.FromJson(inline) : null;
        if (found is null)
        {
            throw new StageFailure(
                $"Input artifact (id: {input.Text("id")}, account: {input.Text("account")}) could not be found in execution (id: {stage.Execution.Number}).");
        }

        return input.Text("account") is { Length: > 0 } account ? found with { Account = account } : found;
    }

    private string Fetch(string? id, Artifact artifact) =>
        options.FetchArtifact(id, artifact) ?? throw new RehearsalException(
            $"No local file is configured for the artifact {artifact} (id {id}). Pass one with --artifact {id ?? artifact.Name}=PATH.");
}
