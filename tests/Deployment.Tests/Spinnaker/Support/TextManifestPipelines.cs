using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Creates pipelines with a single Deploy (Manifest) stage that contains its manifests as text. They test one rule in isolation.</summary>
internal static class TextManifestPipelines
{
    public const string Name = "Deploy text manifests";

    /// <summary>Creates the pipeline.</summary>
    /// <param name="inNamespace">The namespace of the objects.</param>
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

    /// <summary>Returns the manifest of a Job that runs a command of the sample service. Default: its help.</summary>
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
