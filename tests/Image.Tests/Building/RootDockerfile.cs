using Migrator.Tooling;

namespace Migrator.Image.Tests.Building;

/// <summary>The migrator image's Dockerfile.</summary>
internal static class RootDockerfile
{
    private const string BaseArgument = "ARG BASE_IMAGE=";

    public static string Path { get; } = RepositoryRoot.Combine("Dockerfile");

    /// <summary>The line that names the base image.</summary>
    public static string BaseLine =>
        File.ReadLines(Path).Single(line => line.StartsWith(BaseArgument, StringComparison.Ordinal));

    /// <summary>The base image of a build without arguments.</summary>
    public static string BaseImage => BaseLine[BaseArgument.Length..];
}
