using Migrator.Tooling;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The chart's folder in the repository.</summary>
internal static class ChartFolder
{
    /// <summary>The absolute path of the folder with Chart.yaml.</summary>
    public static string Path { get; } = RepositoryRoot.Combine("chart");

    /// <summary>Reads one of the chart's files.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(Combine(parts));

    /// <summary>Returns the absolute path of a file in the chart.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Returns the file names of the example values, <c>ci/NAME-values.yaml</c>, in ordinal order.</summary>
    public static IEnumerable<string> CiValues() =>
        Directory.GetFiles(Combine("ci"), "*-values.yaml").Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
