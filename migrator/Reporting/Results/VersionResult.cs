using Migrator.History;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate version</c>.</summary>
internal sealed class VersionResult : CommandResult
{
    public override IReadOnlyList<string> Lines
        => ExitCode == ExitCode.Done ? [$"migrate {RunIdentity.MigratorVersion}"] : [];
}
