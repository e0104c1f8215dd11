using Migrator.Configuration;
using Migrator.History;

namespace Migrator.Commands;

/// <summary><c>migrate version</c>.</summary>
internal sealed class VersionCommand : MigrateCommand
{
    public override string Name => "version";

    public override string Description => "Show the version of this executable.";

    public override IReadOnlyList<Setting> Settings => [KnownSettings.Output];

    public override bool NeedsSettings => false;

    public override bool NeedsDatabase(MigrateOptions options) => false;

    public override Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        run.Lines = [$"migrate {RunIdentity.MigratorVersion}"];
        return Task.FromResult(ExitCode.Done);
    }
}
