using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Pipelines of one Deploy (Manifest) whose manifests stand in the stage, to see a rule by itself.</summary>
internal static class TextPipelines
{
    public const string Name = "Deploy a text";

    /// <summary>The pipeline.</summary>
    /// <param name="inNamespace">Where the manifests go.</param>
    /// <param name="manifests">Kubernetes objects without their namespace, as JSON.</param>
    public static Pipeline Of(string inNamespace, params string[] manifests)
    {
        var objects = manifests.Select(m => JsonNode.Parse(m)!.AsObject()).ToList();
        objects.ForEach(o => o["metadata"]!["namespace"] = inNamespace);
        var pipeline = Pipeline.Parse($$"""
            {
              "application": "orders",
              "name": "{{Name}}",
              "spelEvaluator": "v4",
              "stages": [
                {
                  "refId": "1",
                  "requisiteStageRefIds": [],
                  "type": "deployManifest",
                  "name": "Deploy",
                  "account": "kubernetes",
                  "cloudProvider": "kubernetes",
                  "moniker": { "app": "orders" },
                  "source": "text"
                }
              ]
            }
            """);
        pipeline.Stage("Deploy")["manifests"] = new JsonArray([.. objects]);
        return pipeline;
    }

    /// <summary>A Job that prints the sample service's help, or something else.</summary>
    public static string Job(string image, string metadata = "", string command = "help", string more = "") => $$"""
        {
          "apiVersion": "batch/v1",
          "kind": "Job",
          "metadata": { "name": "hello"{{metadata}} },
          "spec": {
            "template": {
              "spec": {
                "restartPolicy": "Never",
                "containers": [{ "name": "hello", "image": "{{image}}", "command": ["orders", "{{command}}"]{{more}} }]
              }
            }
          }
        }
        """;
}
