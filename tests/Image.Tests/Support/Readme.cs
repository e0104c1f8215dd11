using System.Text.RegularExpressions;
using Migrator.Tooling;

namespace Migrator.Image.Tests.Support;

/// <summary>The README's examples.</summary>
internal static partial class Readme
{
    private const string Fence = "```";

    /// <summary>The one Dockerfile in it that has a text in it.</summary>
    public static string Dockerfile(string holding) => Text
        .Split($"{Fence}dockerfile\n")
        .Skip(1)
        .Select(rest => rest[..rest.IndexOf(Fence, StringComparison.Ordinal)])
        .Single(example => example.Contains(holding, StringComparison.Ordinal));

    /// <summary>Where the command that mounts the scripts mounts them, read-only.</summary>
    public static string MountPoint => MountedScripts().Matches(Text).Single().Groups[1].Value;

    private static string Text => File.ReadAllText(RepositoryRoot.Combine("README.md"));

    [GeneratedRegex("^docker run .*--read-only .*-v ./migrations:(/[^: ]+):ro .* migrator$", RegexOptions.Multiline)]
    private static partial Regex MountedScripts();
}
