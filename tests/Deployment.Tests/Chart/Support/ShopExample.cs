using Migrator.Tooling.Processes;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The chart <c>examples/shop</c>, which has this chart as a dependency with the alias <c>schema</c>.</summary>
internal static class ShopExample
{
    /// <summary>Copies the example, with this chart in <c>charts/</c> as after <c>helm dependency build</c>. Returns the copy's path.</summary>
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
