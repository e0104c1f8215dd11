using Migrator.Rehearsal.Pipelines;
using Migrator.Tooling;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Loads the pipelines of this repository unchanged.</summary>
internal static class PipelineFiles
{
    public const string MigrateThenDeploy = "migrate-then-deploy";

    public const string MigrateWithRunJob = "migrate-with-run-job";

    public const string Rollback = "rollback";

    public static Pipeline Load(string name) =>
        Pipeline.Load(RepositoryRoot.Combine("spinnaker", "pipelines", $"{name}.json"));
}
