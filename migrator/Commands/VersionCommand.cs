using Migrator.Configuration;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary><c>migrate version</c>: shows the version of this executable.</summary>
internal sealed class VersionCommand : MigrateCommand<VersionResult>
{
    public override string Name => "version";

    public override string Description => "Show the version of this executable.";

    public override IReadOnlyList<Setting> Settings => [KnownSettings.Output];

    public override bool NeedsSettings => false;

    public override bool NeedsDatabase(MigrateOptions options) => false;

    protected override Task RunAsync(VersionResult result, CommandContext context, CancellationToken cancellation)
        => Task.CompletedTask;
}
