using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>
/// A value can be missing: the user sets it to <c>null</c>, or upgrades with <c>--reuse-values</c> from an older chart that did not
/// have it. For every missing value, the chart either renders, or fails with a message that names the value.
/// </summary>
public sealed class NullTests
{
    private const int Limit = 60_000;

    /// <summary>Values with which most templates render.</summary>
    private const string ManyObjects = """
        serviceAccount: {create: true}
        networkPolicy: {enabled: true}
        autoscaling: {enabled: true}
        podDisruptionBudget: {enabled: true}
        ingress: {enabled: true, hosts: [{host: a}]}
        httpRoute: {enabled: true, parentRefs: [{name: a}]}
        migration: {rollback: {enabled: true}}
        """;

    public static TheoryData<string> Paths()
    {
        var documented = ValuesDocument.Read(ChartFolder.Read("values.yaml")).Select(v => v.Path).ToList();
        var parents = documented.SelectMany(p => p.Split('.').Select((_, i) => string.Join('.', p.Split('.')[..i]))).Where(p => p.Length > 0);
        return [.. documented.Concat(parents).Distinct().Except(["global"])];
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Paths))]
    public async Task A_null_is_either_accepted_or_rejected_by_name(string path)
    {
        var helm = HelmCli.V4;
        var result = await helm.RunAsync(
            Yaml.Merge(Rendering.Minimal, ManyObjects), ["template", "orders", ChartFolder.Path, "--set", $"{path}=null"]);

        Assert.DoesNotContain("nil", result.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("error calling", result.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("nil pointer", result.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong type", result.StandardError, StringComparison.Ordinal);
        if (!result.IsSuccess)
        {
            Assert.Contains(path.Split('.')[^Math.Min(2, path.Split('.').Length)..], key => result.StandardError.Contains(key, StringComparison.Ordinal));
        }
    }
}
