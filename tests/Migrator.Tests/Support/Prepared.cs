using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>
/// What takes long once: the first publish of <c>migrate</c>, and fetching PostgreSQL. Done before a class's tests begin,
/// so that it does not count against a test's time limit. Classes without it need neither.
/// </summary>
public sealed class Prepared(SharedServer server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Task.WhenAll(MigrateBinary.GetAsync(), server.StartAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
