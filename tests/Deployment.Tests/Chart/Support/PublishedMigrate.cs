using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The published command, as a fixture: publishing may take minutes, which no test's time limit allows.</summary>
public sealed class PublishedMigrate : IAsyncLifetime
{
    /// <summary>The executable's path.</summary>
    public string Path { get; private set; } = "";

    public async ValueTask InitializeAsync() => Path = await MigrateBinary.PathAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
