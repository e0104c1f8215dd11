using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>What was deployed.</summary>
/// <param name="Manifests">As the API server has them, in the order in which they were applied.</param>
/// <param name="Artifacts">The same as artifacts, for stages that come after.</param>
internal sealed record DeployResult(IReadOnlyList<JsonObject> Manifests, IReadOnlyList<Artifact> Artifacts);
