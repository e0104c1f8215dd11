using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>The result of a deployment.</summary>
/// <param name="Manifests">The objects as the API server stores them, in the order in which they were applied.</param>
/// <param name="Artifacts">The same objects as artifacts, for later stages.</param>
internal sealed record DeployResult(IReadOnlyList<JsonObject> Manifests, IReadOnlyList<Artifact> Artifacts);
