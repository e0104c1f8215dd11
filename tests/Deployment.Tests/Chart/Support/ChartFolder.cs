using Migrator.Tooling;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The chart as it lies in the repository.</summary>
internal static class ChartFolder
{
    /// <summary>The folder with Chart.yaml.</summary>
    public static string Path { get; } = RepositoryRoot.Combine("chart");

    /// <summary>The text of one of its files.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(Combine(parts));

    /// <summary>An absolute path inside it.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The names of the example values, <c>ci/NAME-values.yaml</c>.</summary>
    public static IEnumerable<string> CiValues() =>
        Directory.GetFiles(Combine("ci"), "*-values.yaml").Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
