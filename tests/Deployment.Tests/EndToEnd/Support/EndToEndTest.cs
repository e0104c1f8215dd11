using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// What every test of the whole road has: a namespace and a database of its own that go when it has ended, and that are
/// shown when it has failed.
/// </summary>
public abstract class EndToEndTest(PreparedCluster prepared) : IClassFixture<PreparedCluster>, IAsyncDisposable
{
    private E2ENamespace? _own;
    private ClusterTools? _tools;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The test's namespace.</summary>
    protected E2ENamespace Namespace => _own!;

    /// <summary>helm and kubectl on it.</summary>
    protected ClusterTools Tools => _tools!;

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed && _tools is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(await _tools.DescribeAsync());
        }

        if (_own is not null)
        {
            await _own.DisposeAsync();
        }

        _tools?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The sample service in the test's namespace, not installed yet.</summary>
    /// <param name="helm">The helm to use: 3 or 4.</param>
    protected private async Task<OrdersRelease> StartAsync(int helm)
    {
        _own = await E2ENamespace.CreateAsync(prepared.Cluster, "e2e", Cancel);
        _tools = new ClusterTools(prepared.Cluster, _own.Name, helm);
        return new OrdersRelease(_own, _tools);
    }

    /// <summary>Another release in the same namespace, on the same database.</summary>
    protected private OrdersRelease Beside(string name) => new(_own!, _tools!, name);
}
