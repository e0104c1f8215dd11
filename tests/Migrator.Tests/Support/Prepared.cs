using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>
/// Publishes <c>migrate</c> and downloads PostgreSQL before the tests of a class start. The first time takes long and must
/// not count against the time limit of a test. Classes without this fixture need neither.
/// </summary>
public sealed class Prepared(SharedServer server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Task.WhenAll(MigrateBinary.GetAsync(), server.StartAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
