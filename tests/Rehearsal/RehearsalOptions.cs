using System.Net;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal;

/// <summary>What stands in for a Spinnaker's accounts, people and clocks.</summary>
public sealed record RehearsalOptions
{
    /// <summary>The kubeconfig of the cluster that every Kubernetes account means.</summary>
    public required string KubeconfigPath { get; init; }

    /// <summary>The context in it; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>
    /// The file or folder of this machine that an artifact stands for, such as a chart; null when there is none. It is
    /// told the id under which the pipeline expects it (null when the stage names the artifact itself).
    /// </summary>
    public required Func<string?, Artifact, string?> FetchArtifact { get; init; }

    /// <summary>
    /// Asks the address of a webhook, and answers the status; by default as it is. An Orca of its own refuses some
    /// addresses, such as those that end with <c>.local</c> (<c>UserConfiguredUrlRestrictions.java</c>).
    /// </summary>
    public Func<HttpMethod, Uri, CancellationToken, Task<HttpStatusCode>> Ask { get; init; } = Webhooks.AskAsync;

    /// <summary>What the person says to a manual judgment: true goes on, false stops. Goes on by default.</summary>
    public Func<StageExecution, CancellationToken, Task<bool>> Judge { get; init; } = (_, _) => Task.FromResult(true);

    /// <summary>How long to wait between two looks at an object. Orca waits 5 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Overrides that are added to those of each bake.</summary>
    public IReadOnlyDictionary<string, string> ExtraOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Told of all that happens; it may come from several threads. The stage is null for what concerns the execution.</summary>
    public Action<PipelineExecution, StageExecution?, string>? OnEvent { get; init; }
}
