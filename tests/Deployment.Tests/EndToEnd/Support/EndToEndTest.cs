using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Support;

/// <summary>
/// The base class of end-to-end tests. Each test has its own namespace and database, which are deleted at its end. If the
/// test fails, their state is written to its output.
/// </summary>
public abstract class EndToEndTest(PreparedCluster prepared) : IClassFixture<PreparedCluster>, IAsyncDisposable
{
    private E2ENamespace? _own;
    private ClusterTools? _tools;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The test's namespace.</summary>
    protected E2ENamespace Namespace => _own!;

    /// <summary>helm and kubectl for that namespace.</summary>
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

    /// <summary>Creates the namespace. Returns the sample service as a release that is not installed yet.</summary>
    /// <param name="helm">The helm to use: 3 or 4.</param>
    protected private async Task<OrdersRelease> StartAsync(int helm)
    {
        _own = await E2ENamespace.CreateAsync(prepared.Cluster, "e2e", Cancel);
        _tools = new ClusterTools(prepared.Cluster, _own.Name, helm);
        return new OrdersRelease(_own, _tools);
    }

    /// <summary>Returns another release in the same namespace, on the same database.</summary>
    protected private OrdersRelease AnotherRelease(string name) => new(_own!, _tools!, name);
}
