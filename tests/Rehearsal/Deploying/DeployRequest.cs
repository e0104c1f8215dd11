using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>What a stage asks clouddriver to deploy. Source: <c>KubernetesDeployManifestDescription.java</c>.</summary>
/// <param name="Manifests">What is deployed.</param>
/// <param name="Application">The Spinnaker application that it belongs to.</param>
internal sealed record DeployRequest(IReadOnlyList<JsonObject> Manifests, string Application)
{
    /// <summary>The account's name, for artifacts and messages.</summary>
    public required string Account { get; init; }

    /// <summary>Artifacts that have to be in one of the manifests.</summary>
    public IReadOnlyList<Artifact> RequiredArtifacts { get; init; } = [];

    /// <summary>Artifacts that are put in where a manifest names them: all that the execution knows.</summary>
    public IReadOnlyList<Artifact> OptionalArtifacts { get; init; } = [];

    /// <summary>For kubectl's <c>-l</c>.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Whether it is no failure when the selector takes nothing.</summary>
    public bool AllowsNothingSelected { get; init; }

    /// <summary>Whether pods' labels are left alone.</summary>
    public bool SkipsTemplateLabels { get; init; }
}
