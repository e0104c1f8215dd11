using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>Publishes the command in a fixture, because publishing can take minutes and tests have a time limit.</summary>
public sealed class PublishedMigrate : IAsyncLifetime
{
    /// <summary>The executable's path.</summary>
    public string Path { get; private set; } = "";

    public async ValueTask InitializeAsync() => Path = await MigrateBinary.PathAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
