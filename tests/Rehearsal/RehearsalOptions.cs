using System.Net;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal;

/// <summary>The options of a rehearsal. They replace Spinnaker's accounts, users and intervals.</summary>
public sealed record RehearsalOptions
{
    /// <summary>The kubeconfig of the cluster. All Kubernetes accounts use it.</summary>
    public required string KubeconfigPath { get; init; }

    /// <summary>The context in the kubeconfig, or null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>
    /// Returns the local file or folder to use as an artifact such as a chart, or null if there is none. The first argument is
    /// the id under which the pipeline expects the artifact, or null if the stage contains the artifact itself.
    /// </summary>
    public required Func<string?, Artifact, string?> FetchArtifact { get; init; }

    /// <summary>
    /// Sends the request of a webhook and returns the status code. Default: sends it to the URL unchanged. A real Orca
    /// rejects some host names, such as those that end with <c>.local</c> (<c>UserConfiguredUrlRestrictions.java</c>).
    /// </summary>
    public Func<HttpMethod, Uri, CancellationToken, Task<HttpStatusCode>> SendWebhook { get; init; } = WebhookClient.SendAsync;

    /// <summary>Answers a manual judgment: true continues, false stops. Default: true.</summary>
    public Func<StageExecution, CancellationToken, Task<bool>> AnswerJudgment { get; init; } = (_, _) => Task.FromResult(true);

    /// <summary>
    /// Whether <c>limitConcurrent</c> has no effect, so that executions run at the same time. A real Orca that stored its executions in Redis
    /// ran two tags of one poll at the same time in spite of <c>limitConcurrent</c>. Default: false.
    /// </summary>
    public bool IsRacing { get; init; }

    /// <summary>The interval between two reads of an object's status. Default: 1 s. Orca's interval is 5 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Overrides that are added to each bake. Default: none.</summary>
    public IReadOnlyDictionary<string, string> ExtraOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Called for each event, possibly from several threads. The stage is null for events of the execution itself.</summary>
    public Action<PipelineExecution, StageExecution?, string>? OnEvent { get; init; }
}
