using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Pipelines;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of the checks for mistakes that Spinnaker saves silently.</summary>
public sealed class PipelineCheckTests
{
    private const int Limit = 10_000;

    [Theory(Timeout = Limit)]
    [InlineData(PipelineFiles.MigrateThenDeploy)]
    [InlineData(PipelineFiles.MigrateWithRunJob)]
    [InlineData(PipelineFiles.Rollback)]
    [InlineData(PipelineFiles.Contract)]
    public async Task The_pipelines_of_this_repository_have_no_mistakes(string name)
    {
        Assert.Empty(await ProblemsAsync(name, _ => { }));
        Assert.Empty(PipelineCheck.Warnings(PipelineFiles.Load(name)));
    }

    public static TheoryData<string, string, string> InvalidEdits => new()
    {
        { "Deploy does not depend on Migrate", PipelineFiles.MigrateThenDeploy, "Stage Deploy (5) deploys the application, but does not depend on a stage that migrates" },
        { "Migrate does not depend on its bake", PipelineFiles.MigrateThenDeploy, "Add 1 to its requisiteStageRefIds" },
        { "Migrate does not depend on the application's bake", PipelineFiles.MigrateThenDeploy, "would be migrated even if the application cannot be baked" },
        { "an artifact id is misspelled", PipelineFiles.MigrateThenDeploy, "uses the undefined artifact migration-manifset. Did you mean migration-manifest?" },
        { "rawOverrides is false", PipelineFiles.MigrateThenDeploy, "override gate.enabled is the string \"false\"" },
        { "rawOverrides is missing", PipelineFiles.MigrateThenDeploy, "override gate.enabled is the string \"false\"" },
        { "a field is misspelled", PipelineFiles.MigrateThenDeploy, "unknown field requiredArtifactId in deployManifest. Did you mean requiredArtifactIds?" },
        { "moniker.app is missing", PipelineFiles.MigrateThenDeploy, "moniker.app is missing" },
        { "the alias is missing", PipelineFiles.MigrateWithRunJob, "alias is missing" },
        { "the credentials are missing", PipelineFiles.MigrateWithRunJob, "credentials is missing" },
        { "two stages have one refId", PipelineFiles.MigrateThenDeploy, "refId 5 belongs to more than one stage" },
        { "the stages form a cycle", PipelineFiles.MigrateThenDeploy, "depends on itself" },
        { "a stage depends on a missing stage", PipelineFiles.MigrateThenDeploy, "depends on 42, but no stage has this refId" },
        { "the whole chart is baked in one stage", PipelineFiles.MigrateThenDeploy, "Spinnaker does not run Helm hooks" },
        { "Migrate continues after a failure", PipelineFiles.MigrateThenDeploy, "the pipeline would continue after a failed Job" },
        { "Migrate has a condition", PipelineFiles.MigrateThenDeploy, "If the stage is skipped, Deploy (5) runs without the migration" },
        { "Migrate has label selectors", PipelineFiles.MigrateThenDeploy, "labelSelectors prevent Spinnaker from recreating the Job" },
        { "Migrate does not require the image", PipelineFiles.MigrateThenDeploy, "requiredArtifactIds is empty" },
        { "the rollback lets Spinnaker replace the image", PipelineFiles.Rollback, "Set enableArtifactBinding to false" },
        { "the rollback goes back by a number of revisions", PipelineFiles.Rollback, "numRevisionsBack counts revisions that failed, too" },
        { "a chart in an image registry has no folder", PipelineFiles.MigrateThenDeploy, "helmChartFilePath is missing" },
        { "the migration has a separate image", PipelineFiles.MigrateThenDeploy, "could not be bound, and the stage would fail" },
        { "Migrate and Deploy require different artifacts", PipelineFiles.MigrateThenDeploy, "could come from different images" },
        { "the bakes have different release names", PipelineFiles.MigrateThenDeploy, "The bakes differ in outputName" },
        { "a parameter is misspelled", PipelineFiles.MigrateThenDeploy, "refers to the parameter requireapproval, which the pipeline does not define. Did you mean requireApproval?" },
        { "a stage is renamed", PipelineFiles.Rollback, "refers to the stage 'Find what runs now', which does not exist" },
        { "an expression is not closed", PipelineFiles.MigrateThenDeploy, "cannot be evaluated" },
        { "executions may overlap", PipelineFiles.MigrateThenDeploy, "two executions could deploy at the same time" },
        { "no trigger provides the image", PipelineFiles.MigrateThenDeploy, "Artifact image is never provided" },
        { "a field of an artifact is misspelled", PipelineFiles.MigrateThenDeploy, "The pipeline: unknown field nmae in an artifact. Did you mean name?" },
        { "a field of a trigger is misspelled", PipelineFiles.MigrateThenDeploy, "unknown field tagPattern in a docker trigger" },
        { "a field of a condition is misspelled", PipelineFiles.MigrateThenDeploy, "unknown field expresion in stageEnabled. Did you mean expression?" },
        { "a stage has an unknown type", PipelineFiles.MigrateThenDeploy, "the rehearsal does not support the type 'deployManifst'. Did you mean deployManifest?" },
        { "a trigger has no enabled field", PipelineFiles.MigrateThenDeploy, "enabled is missing, so the trigger is off" },
        { "a trigger refers to an undefined artifact", PipelineFiles.MigrateThenDeploy, "expectedArtifactIds contains img" },
        { "an override contains a comma", PipelineFiles.MigrateThenDeploy, "contains a comma" },
        { "the contract Job has the default timeout", PipelineFiles.Contract, "Stage Contract (3): stageTimeoutMs is missing" },
        { "the contract continues after a failure", PipelineFiles.Contract, "Stage Contract (3): continuePipeline is true" },
        { "a schedule has the format of cron", PipelineFiles.Contract, "cronExpression '0 3 * * *' is invalid" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(InvalidEdits))]
    public async Task An_invalid_edit_is_reported(string edit, string name, string message)
    {
        var problems = await ProblemsAsync(name, pipeline => Apply(edit, pipeline));

        Assert.Contains(problems, p => p.Contains(message, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_warning_names_each_artifact_that_can_replace_an_image()
    {
        await Task.Yield();
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        pipeline.Stage("Deploy").Remove("requiredArtifactIds");

        var warnings = PipelineCheck.Warnings(pipeline);

        Assert.Collection(
            warnings,
            w => Assert.Contains("Stage Deploy (5): Spinnaker replaces an image quay.io/example/orders of the manifest by the artifact image of the trigger", w, StringComparison.Ordinal),
            w => Assert.Contains("by the artifact running-image of stage Find what runs now (7)", w, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("the artifacts are not bound")]
    [InlineData("another image is baked")]
    [InlineData("the manifest is a text with another image")]
    public async Task An_image_that_no_artifact_replaces_needs_no_required_artifact(string edit)
    {
        await Task.Yield();
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        var deploy = pipeline.Stage("Deploy");
        deploy.Remove("requiredArtifactIds");
        switch (edit)
        {
            case "the artifacts are not bound": deploy["enableArtifactBinding"] = false; break;
            case "another image is baked": pipeline.Override("Bake application", "image.repository", "quay.io/example/another"); break;
            default:
                deploy["source"] = "text";
                deploy["manifests"] = new System.Text.Json.Nodes.JsonArray(Json(TextManifestPipelines.Job("quay.io/example/another:v1")));
                break;
        }

        Assert.Empty(PipelineCheck.Warnings(pipeline));
    }

    [Fact(Timeout = Limit)]
    public async Task All_mistakes_are_reported_together()
    {
        var problems = await ProblemsAsync(PipelineFiles.MigrateThenDeploy, pipeline =>
        {
            Apply("a field is misspelled", pipeline);
            Apply("an override contains a comma", pipeline);
            Apply("executions may overlap", pipeline);
        });

        Assert.Equal(3, problems.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task A_duplicate_key_is_rejected()
    {
        await Task.Yield();
        Assert.Throws<Rehearsal.RehearsalException>(() => Pipeline.Parse("""{ "name": "a", "name": "b" }"""));
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(string name, Action<Pipeline> edit)
    {
        await Task.Yield();
        var pipeline = PipelineFiles.Load(name);
        edit(pipeline);
        return PipelineCheck.Problems(pipeline);
    }

    private static void Apply(string edit, Pipeline pipeline)
    {
        switch (edit)
        {
            case "Deploy does not depend on Migrate": pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["2"]"""); break;
            case "Migrate does not depend on its bake": pipeline.Stage("Migrate")["requisiteStageRefIds"] = Json("""["2"]"""); break;
            case "Migrate does not depend on the application's bake":
                pipeline.Stage("Migrate")["requisiteStageRefIds"] = Json("""["1"]""");
                pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["2", "4"]""");
                break;
            case "an artifact id is misspelled": pipeline.Stage("Migrate")["manifestArtifactId"] = "migration-manifset"; break;
            case "rawOverrides is false":
                pipeline.Override("Bake application", "gate.enabled", "false");
                pipeline.Stage("Bake application")["rawOverrides"] = false;
                break;
            case "rawOverrides is missing":
                pipeline.Stage("Bake application")["overrides"]!["gate.enabled"] = false;
                pipeline.Stage("Bake application").Remove("rawOverrides");
                break;
            case "a field is misspelled": pipeline.Stage("Deploy")["requiredArtifactId"] = "image"; break;
            case "moniker.app is missing": pipeline.Stage("Deploy")["moniker"] = Json("{}"); break;
            case "the alias is missing": pipeline.Stage("Migrate").Remove("alias"); break;
            case "the credentials are missing": pipeline.Stage("Migrate").Remove("credentials"); break;
            case "two stages have one refId": pipeline.Stage("Smoke test")["refId"] = "5"; break;
            case "the stages form a cycle": pipeline.Stage("Bake migration")["requisiteStageRefIds"] = Json("""["5"]"""); break;
            case "a stage depends on a missing stage": pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["42"]"""); break;
            case "the whole chart is baked in one stage": pipeline.Stage("Bake application")["overrides"]!.AsObject().Remove("phase"); break;
            case "Migrate continues after a failure": pipeline.Stage("Migrate")["continuePipeline"] = true; break;
            case "Migrate has a condition":
                pipeline.Stage("Migrate")["stageEnabled"] = Json("""{"type": "expression", "expression": "parameters.requireApproval == 'no'"}""");
                break;
            case "Migrate has label selectors":
                pipeline.Stage("Migrate")["labelSelectors"] = Json("""{"selectors": [{"kind": "EQUALS", "key": "a", "values": ["b"]}]}""");
                break;
            case "Migrate does not require the image": pipeline.Stage("Migrate").Remove("requiredArtifactIds"); break;
            case "the rollback lets Spinnaker replace the image": pipeline.Stage("Deploy the old version").Remove("enableArtifactBinding"); break;
            case "the rollback goes back by a number of revisions":
                pipeline.Stage("Deploy the old version")["type"] = "undoRolloutManifest";
                pipeline.Stage("Deploy the old version")["numRevisionsBack"] = 1;
                break;
            case "a chart in an image registry has no folder": pipeline.Json["expectedArtifacts"]![1]!["matchArtifact"]!["type"] = "helm/image"; break;
            case "the migration has a separate image": pipeline.Override("Bake migration", "migration.image.repository", "quay.io/example/migrator"); break;
            case "Migrate and Deploy require different artifacts": pipeline.Stage("Deploy").Remove("requiredArtifactIds"); break;
            case "the bakes have different release names": pipeline.Stage("Bake application")["outputName"] = "orders-app"; break;
            case "a parameter is misspelled": pipeline.Stage("Approve migration")["stageEnabled"]!["expression"] = "parameters.requireapproval == 'yes'"; break;
            case "a stage is renamed": pipeline.Stage("Find what runs now")["name"] = "Find it"; break;
            case "an expression is not closed": pipeline.Stage("Approve migration")["instructions"] = "Deploy ${trigger.tag?"; break;
            case "executions may overlap": pipeline.Json["limitConcurrent"] = false; break;
            case "no trigger provides the image": pipeline.Triggers[0]["expectedArtifactIds"] = Json("[]"); break;
            case "a field of an artifact is misspelled": pipeline.Json["expectedArtifacts"]![0]!["matchArtifact"]!["nmae"] = "quay.io/example/orders"; break;
            case "a field of a trigger is misspelled": pipeline.Triggers[0]["tagPattern"] = "v.*"; break;
            case "a field of a condition is misspelled": pipeline.Stage("Approve migration")["stageEnabled"]!["expresion"] = "true"; break;
            case "a stage has an unknown type": pipeline.Stage("Deploy")["type"] = "deployManifst"; break;
            case "a trigger has no enabled field": pipeline.Triggers[0].Remove("enabled"); break;
            case "a trigger refers to an undefined artifact": pipeline.Triggers[0]["expectedArtifactIds"] = Json("""["img"]"""); break;
            case "an override contains a comma": pipeline.Override("Bake application", "app.args", "a,b"); break;
            case "the contract Job has the default timeout": pipeline.Stage("Contract").Remove("stageTimeoutMs"); break;
            case "the contract continues after a failure": pipeline.Stage("Contract")["continuePipeline"] = true; break;
            case "a schedule has the format of cron": pipeline.Triggers[0]["cronExpression"] = "0 3 * * *"; break;
            default: throw new ArgumentException(edit);
        }
    }

    private static System.Text.Json.Nodes.JsonNode? Json(string text) => System.Text.Json.Nodes.JsonNode.Parse(text);
}
