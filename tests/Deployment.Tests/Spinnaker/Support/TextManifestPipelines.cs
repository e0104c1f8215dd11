using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Creates pipelines with a single Deploy (Manifest) stage that contains its manifests as text. They test one rule in isolation.</summary>
internal static class TextManifestPipelines
{
    public const string Name = "Deploy text manifests";

    /// <summary>An image that contains a shell.</summary>
    public const string Shell = "docker.io/library/busybox:1.37";

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

    /// <summary>
    /// Creates a pipeline like the recorded ones with an Indexed Job of four indexes, two at a time. They have the
    /// stage Migrate, of the type Deploy (Manifest) or Run Job (Manifest).
    /// </summary>
    /// <param name="inNamespace">The namespace of the Job.</param>
    /// <param name="job">The name of the Job.</param>
    /// <param name="name">The name of the pipeline.</param>
    /// <param name="isRunJob">Whether the stage has the type Run Job (Manifest).</param>
    /// <param name="script">The script of the container. It is a line of shell.</param>
    public static Pipeline Indexed(string inNamespace, string job, string name, bool isRunJob, string script)
    {
        var pipeline = Of(inNamespace, $$"""
            {
              "apiVersion": "batch/v1",
              "kind": "Job",
              "metadata": { "name": "{{job}}"{{(isRunJob ? "" : """, "annotations": { "strategy.spinnaker.io/recreate": "true" }""")}} },
              "spec": {
                "completionMode": "Indexed",
                "completions": 4,
                "parallelism": 2,
                "backoffLimitPerIndex": 1,
                "maxFailedIndexes": 2,
                "template": {
                  "spec": {
                    "restartPolicy": "Never",
                    "terminationGracePeriodSeconds": 1,
                    "containers": [
                      { "name": "migrate", "image": "{{Shell}}", "imagePullPolicy": "IfNotPresent", "command": ["sh", "-c", "{{script}}"] }
                    ]
                  }
                }
              }
            }
            """);
        pipeline.Json["name"] = name;
        var stage = pipeline.Stage("Deploy");
        stage["name"] = "Migrate";
        if (isRunJob)
        {
            stage["type"] = "runJobManifest";
            stage["alias"] = "runJob";
            stage["credentials"] = "kubernetes";
            stage["application"] = "orders";
            stage["manifest"] = stage["manifests"]![0]!.DeepClone();
            stage.Remove("manifests");
        }

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
