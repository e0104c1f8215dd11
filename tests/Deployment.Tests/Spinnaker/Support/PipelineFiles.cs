using Migrator.Rehearsal.Pipelines;
using Migrator.Tooling;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Loads pipelines unchanged.</summary>
internal static class PipelineFiles
{
    public const string MigrateThenDeploy = "migrate-then-deploy";

    public const string MigrateWithRunJob = "migrate-with-run-job";

    public const string Rollback = "rollback";

    public const string Contract = "contract";

    /// <summary>Loads a pipeline of this repository.</summary>
    public static Pipeline Load(string name) =>
        Pipeline.Load(RepositoryRoot.Combine("spinnaker", "pipelines", $"{name}.json"));

    /// <summary>Loads a pipeline that was recorded with a real Spinnaker.</summary>
    public static Pipeline LoadRecorded(string name) =>
        Pipeline.Load(Path.Combine(Recording.Folder, "pipelines", $"{name}.json"));
}
