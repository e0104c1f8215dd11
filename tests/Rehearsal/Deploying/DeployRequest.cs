using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>The request of a stage to clouddriver to deploy manifests. Source: <c>KubernetesDeployManifestDescription.java</c>.</summary>
/// <param name="Manifests">The manifests to deploy.</param>
/// <param name="Application">The Spinnaker application of the objects.</param>
internal sealed record DeployRequest(IReadOnlyList<JsonObject> Manifests, string Application)
{
    /// <summary>The name of the account, for artifacts and messages.</summary>
    public required string Account { get; init; }

    /// <summary>The artifacts that at least one manifest must contain.</summary>
    public IReadOnlyList<Artifact> RequiredArtifacts { get; init; } = [];

    /// <summary>The artifacts that are bound if a manifest refers to them: all artifacts of the execution.</summary>
    public IReadOnlyList<Artifact> OptionalArtifacts { get; init; } = [];

    /// <summary>The value of kubectl's <c>-l</c>, or empty.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Whether the stage succeeds if the selector matches no object.</summary>
    public bool AllowsNothingSelected { get; init; }

    /// <summary>Whether the labels of the pod template stay unchanged.</summary>
    public bool SkipsTemplateLabels { get; init; }
}
