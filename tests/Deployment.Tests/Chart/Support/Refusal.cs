using Xunit;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>What helm says when it refuses values.</summary>
internal static class Refusal
{
    /// <summary>The messages of both helms; the test has failed when one of them takes the values.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(string values, params string[] arguments)
    {
        var merged = Yaml.Merge(Rendering.Minimal, values);
        return await Task.WhenAll(HelmCli.Both.Select(async helm =>
        {
            var result = await helm.RunAsync(merged, ["template", "orders", ChartFolder.Path, .. arguments]);
            Assert.False(result.IsSuccess, $"{helm.Name} took\n{values}");
            return result.StandardError;
        }));
    }
}
