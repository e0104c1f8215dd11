using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Pipelines;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Mistakes that Spinnaker saves without a word.</summary>
public sealed class PipelineCheckTests
{
    private const int Limit = 10_000;

    [Theory(Timeout = Limit)]
    [InlineData(PipelineFiles.MigrateThenDeploy)]
    [InlineData(PipelineFiles.MigrateWithRunJob)]
    [InlineData(PipelineFiles.Rollback)]
    public async Task The_pipelines_of_this_repository_are_right(string name)
    {
        Assert.Empty(await ProblemsAsync(name, _ => { }));
    }

    public static TheoryData<string, string, string> WrongEdits => new()
    {
        { "a dependency is removed", PipelineFiles.MigrateThenDeploy, "Stage Deploy (5) deploys the application, but does not depend on a stage that migrates" },
        { "a bake is not waited for", PipelineFiles.MigrateThenDeploy, "add 1 to its requisiteStageRefIds" },
        { "the other bake is not waited for", PipelineFiles.MigrateThenDeploy, "would be migrated for an application that cannot be baked" },
        { "an artifact is misspelt", PipelineFiles.MigrateThenDeploy, "uses artifact migration-manifset, which nothing defines: did you mean migration-manifest?" },
        { "false is a text", PipelineFiles.MigrateThenDeploy, "override gate.enabled is the text \"false\"" },
        { "false without rawOverrides", PipelineFiles.MigrateThenDeploy, "override gate.enabled is the text \"false\"" },
        { "a field is misspelt", PipelineFiles.MigrateThenDeploy, "requiredArtifactId is no field of deployManifest: did you mean requiredArtifactIds?" },
        { "the application is missing", PipelineFiles.MigrateThenDeploy, "moniker.app is missing" },
        { "the alias is missing", PipelineFiles.MigrateWithRunJob, "alias is missing" },
        { "the credentials are missing", PipelineFiles.MigrateWithRunJob, "credentials is missing" },
        { "two stages have one refId", PipelineFiles.MigrateThenDeploy, "refId 5 belongs to more than one stage" },
        { "a circle", PipelineFiles.MigrateThenDeploy, "depends on itself" },
        { "a stage that is not there", PipelineFiles.MigrateThenDeploy, "depends on 42, but there is no stage with that refId" },
        { "all in one bake", PipelineFiles.MigrateThenDeploy, "Spinnaker runs no Helm hooks" },
        { "failures are passed over", PipelineFiles.MigrateThenDeploy, "the pipeline would go on after a failed Job" },
        { "the migration has a condition", PipelineFiles.MigrateThenDeploy, "skipped, it would let Deploy (5) go on without the migration" },
        { "the job is selected by label", PipelineFiles.MigrateThenDeploy, "labelSelectors keep the Job from being recreated" },
        { "the old image is not required", PipelineFiles.Rollback, "requiredArtifactIds is empty" },
        { "the job has another image", PipelineFiles.MigrateThenDeploy, "it could not be bound, and the stage would fail" },
        { "the images differ", PipelineFiles.MigrateThenDeploy, "the migration could be that of another image" },
        { "the releases differ", PipelineFiles.MigrateThenDeploy, "The bakes differ in outputName" },
        { "a parameter is misspelt", PipelineFiles.MigrateThenDeploy, "speaks of the parameter requireapproval, which the pipeline does not have: did you mean requireApproval?" },
        { "a stage is renamed", PipelineFiles.Rollback, "speaks of a stage 'Find the deployed image', which there is not" },
        { "an expression has no end", PipelineFiles.MigrateThenDeploy, "cannot be evaluated" },
        { "executions may overlap", PipelineFiles.MigrateThenDeploy, "two executions could deploy at once" },
        { "the image never comes", PipelineFiles.MigrateThenDeploy, "Artifact image never comes" },
        { "a match is misspelt", PipelineFiles.MigrateThenDeploy, "The pipeline: nmae is no field of an artifact: did you mean name?" },
        { "a trigger is misspelt", PipelineFiles.MigrateThenDeploy, "tagPattern is no field of a docker trigger" },
        { "a condition is misspelt", PipelineFiles.MigrateThenDeploy, "expresion is no field of stageEnabled: did you mean expression?" },
        { "an unknown type", PipelineFiles.MigrateThenDeploy, "type 'deployManifst' is not one that is rehearsed: did you mean deployManifest?" },
        { "a trigger without its state", PipelineFiles.MigrateThenDeploy, "enabled is missing, so it is off" },
        { "a trigger with an unknown artifact", PipelineFiles.MigrateThenDeploy, "expectedArtifactIds names img" },
        { "an override with a comma", PipelineFiles.MigrateThenDeploy, "holds a comma" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(WrongEdits))]
    public async Task A_wrong_edit_is_told_in_a_sentence(string edit, string name, string sentence)
    {
        var problems = await ProblemsAsync(name, pipeline => Make(edit, pipeline));

        Assert.Contains(problems, p => p.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task All_mistakes_are_told_at_once()
    {
        var problems = await ProblemsAsync(PipelineFiles.MigrateThenDeploy, pipeline =>
        {
            Make("a field is misspelt", pipeline);
            Make("an override with a comma", pipeline);
            Make("executions may overlap", pipeline);
        });

        Assert.Equal(3, problems.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_stands_twice_is_refused()
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

    private static void Make(string edit, Pipeline pipeline)
    {
        switch (edit)
        {
            case "a dependency is removed": pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["2"]"""); break;
            case "a bake is not waited for": pipeline.Stage("Migrate")["requisiteStageRefIds"] = Json("""["2"]"""); break;
            case "the other bake is not waited for":
                pipeline.Stage("Migrate")["requisiteStageRefIds"] = Json("""["1"]""");
                pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["2", "4"]""");
                break;
            case "an artifact is misspelt": pipeline.Stage("Migrate")["manifestArtifactId"] = "migration-manifset"; break;
            case "false is a text":
                pipeline.Override("Bake application", "gate.enabled", "false");
                pipeline.Stage("Bake application")["rawOverrides"] = false;
                break;
            case "false without rawOverrides":
                pipeline.Stage("Bake application")["overrides"]!["gate.enabled"] = false;
                pipeline.Stage("Bake application").Remove("rawOverrides");
                break;
            case "a field is misspelt": pipeline.Stage("Deploy")["requiredArtifactId"] = "image"; break;
            case "the application is missing": pipeline.Stage("Deploy")["moniker"] = Json("{}"); break;
            case "the alias is missing": pipeline.Stage("Migrate").Remove("alias"); break;
            case "the credentials are missing": pipeline.Stage("Migrate").Remove("credentials"); break;
            case "two stages have one refId": pipeline.Stage("Smoke test")["refId"] = "5"; break;
            case "a circle": pipeline.Stage("Bake migration")["requisiteStageRefIds"] = Json("""["5"]"""); break;
            case "a stage that is not there": pipeline.Stage("Deploy")["requisiteStageRefIds"] = Json("""["42"]"""); break;
            case "all in one bake": pipeline.Stage("Bake application")["overrides"]!.AsObject().Remove("phase"); break;
            case "failures are passed over": pipeline.Stage("Migrate")["continuePipeline"] = true; break;
            case "the migration has a condition":
                pipeline.Stage("Migrate")["stageEnabled"] = Json("""{"type": "expression", "expression": "parameters.requireApproval == 'no'"}""");
                break;
            case "the job is selected by label":
                pipeline.Stage("Migrate")["labelSelectors"] = Json("""{"selectors": [{"kind": "EQUALS", "key": "a", "values": ["b"]}]}""");
                break;
            case "the old image is not required": pipeline.Stage("Roll back the schema").Remove("requiredArtifactIds"); break;
            case "the job has another image": pipeline.Override("Bake migration", "migration.image.repository", "quay.io/example/migrator"); break;
            case "the images differ": pipeline.Stage("Deploy").Remove("requiredArtifactIds"); break;
            case "the releases differ": pipeline.Stage("Bake application")["outputName"] = "orders-app"; break;
            case "a parameter is misspelt": pipeline.Stage("Approve migration")["stageEnabled"]!["expression"] = "parameters.requireapproval == 'yes'"; break;
            case "a stage is renamed": pipeline.Stage("Find the deployed image")["name"] = "Find it"; break;
            case "an expression has no end": pipeline.Stage("Approve migration")["instructions"] = "Deploy ${trigger.tag?"; break;
            case "executions may overlap": pipeline.Json["limitConcurrent"] = false; break;
            case "the image never comes": pipeline.Triggers[0]["expectedArtifactIds"] = Json("[]"); break;
            case "a match is misspelt": pipeline.Json["expectedArtifacts"]![0]!["matchArtifact"]!["nmae"] = "quay.io/example/orders"; break;
            case "a trigger is misspelt": pipeline.Triggers[0]["tagPattern"] = "v.*"; break;
            case "a condition is misspelt": pipeline.Stage("Approve migration")["stageEnabled"]!["expresion"] = "true"; break;
            case "an unknown type": pipeline.Stage("Deploy")["type"] = "deployManifst"; break;
            case "a trigger without its state": pipeline.Triggers[0].Remove("enabled"); break;
            case "a trigger with an unknown artifact": pipeline.Triggers[0]["expectedArtifactIds"] = Json("""["img"]"""); break;
            case "an override with a comma": pipeline.Override("Bake application", "app.args", "a,b"); break;
            default: throw new ArgumentException(edit);
        }
    }

    private static System.Text.Json.Nodes.JsonNode? Json(string text) => System.Text.Json.Nodes.JsonNode.Parse(text);
}
