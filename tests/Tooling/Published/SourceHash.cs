using System.Security.Cryptography;
using System.Text;

namespace Migrator.Tooling.Published;

/// <summary>A name for the content that a published program is built from.</summary>
public static class SourceHash
{
    // What decides over every build.
    private static readonly string[] s_shared =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "NuGet.config", "global.json"];

    /// <summary>Hashes all files of a project's folder and the shared ones, and <paramref name="more"/>.</summary>
    /// <param name="projectFolder">Relative to the repository's root.</param>
    /// <param name="more">What else goes into the build: properties, the SDK.</param>
    public static string Of(string projectFolder, params IEnumerable<string> more)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = s_shared.Select(name => RepositoryRoot.Combine(name)).Where(File.Exists)
            .Concat(SourceFiles(RepositoryRoot.Combine(projectFolder)))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var content = File.ReadAllBytes(file);
            Append(hash, $"{Path.GetRelativePath(RepositoryRoot.Path, file)} {content.Length}\n");
            hash.AppendData(content);
        }

        foreach (var value in more)
        {
            Append(hash, value + "\n");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => Path.GetFileName(child) is not ("bin" or "obj"))
                .SelectMany(SourceFiles));

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
}
