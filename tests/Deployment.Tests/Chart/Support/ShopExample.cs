using Migrator.Tooling.Processes;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The chart <c>examples/shop</c>, which has this one as a dependency under the alias <c>schema</c>.</summary>
internal static class ShopExample
{
    /// <summary>A copy of the example with the chart in <c>charts/</c>, as <c>helm dependency build</c> leaves it.</summary>
    public static string VendorIn(TempFolder folder)
    {
        var example = Path.Combine(folder.Path, "shop");
        Copy(ChartFolder.Combine("examples", "shop"), example);
        Copy(ChartFolder.Path, Path.Combine(example, "charts", "migrator"));
        return example;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
