using System.Text.RegularExpressions;
using Migrator.Tooling;

namespace Migrator.Image.Tests.Support;

/// <summary>Reads the examples of the README.</summary>
internal static partial class Readme
{
    private const string Fence = "```";

    /// <summary>Returns the only Dockerfile example that contains a text.</summary>
    public static string Dockerfile(string text) => Text
        .Split($"{Fence}dockerfile\n")
        .Skip(1)
        .Select(rest => rest[..rest.IndexOf(Fence, StringComparison.Ordinal)])
        .Single(example => example.Contains(text, StringComparison.Ordinal));

    /// <summary>The mount point of the scripts in the README's <c>docker run</c> command.</summary>
    public static string MountPoint => MountedScripts().Matches(Text).Single().Groups[1].Value;

    private static string Text => File.ReadAllText(RepositoryRoot.Combine("README.md"));

    [GeneratedRegex("^docker run .*--read-only .*-v ./migrations:(/[^: ]+):ro .* migrator$", RegexOptions.Multiline)]
    private static partial Regex MountedScripts();
}
