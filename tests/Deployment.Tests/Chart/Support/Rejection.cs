using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The error messages of helm for values that the chart rejects.</summary>
internal static class Rejection
{
    /// <summary>Returns the messages of both Helm versions. The test fails if one of them accepts the values.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(string values, params string[] arguments)
    {
        var merged = Yaml.Merge(Rendering.Minimal, values);
        return await Task.WhenAll(HelmCli.Both.Select(async helm =>
        {
            var result = await helm.RunAsync(merged, ["template", "orders", ChartFolder.Path, .. arguments]);
            Assert.False(result.IsSuccess, $"{helm.Name} accepted\n{values}");
            return result.StandardError;
        }));
    }
}
