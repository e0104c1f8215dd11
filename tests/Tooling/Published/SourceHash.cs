using System.Security.Cryptography;
using System.Text;

namespace Migrator.Tooling.Published;

/// <summary>A hash of the sources of a published program.</summary>
public static class SourceHash
{
    // Files that affect every build.
    private static readonly string[] s_shared =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "NuGet.config", "global.json"];

    /// <summary>Hashes all files of a project's folder, the shared files, and <paramref name="more"/>.</summary>
    /// <param name="projectFolder">The project's folder, relative to the repository's root.</param>
    /// <param name="more">Additional inputs of the build, such as properties and the SDK version.</param>
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
