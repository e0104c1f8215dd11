using System.Text.RegularExpressions;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Language;

/// <summary>Links between the pages lead to files and headings that exist.</summary>
public sealed partial class LinkTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_link_of_a_page_leads_to_a_file_and_a_heading()
    {
        var files = await TrackedFiles.ReadAsync();
        var pages = files.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal)).ToDictionary(f => f.Path, f => f.Text);
        var broken =
            from page in pages
            from link in Link().Matches(WithoutCode(page.Value)).Select(m => m.Groups[1].Value)
            where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
            let target = Resolve(page.Key, link)
            where !Exists(pages, files, target.Path, target.Heading)
            select $"{page.Key}: {link}";

        Assert.Empty(broken);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_section_that_the_code_names_exists()
    {
        var files = await TrackedFiles.ReadAsync();
        var pages = files.Where(f => f.Path.EndsWith(".md", StringComparison.Ordinal)).ToDictionary(f => f.Path, f => f.Text);
        var named = files
            .Where(f => f.Path.StartsWith("migrator/", StringComparison.Ordinal) && f.Path.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Section().Matches(f.Text).Select(m => (f.Path, Page: m.Groups[1].Value, Heading: m.Groups[2].Value)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, n => !Exists(pages, files, n.Page, n.Heading));
    }

    private static bool Exists(Dictionary<string, string> pages, IReadOnlyList<(string Path, string Text)> files, string path, string heading) =>
        heading.Length == 0
            ? files.Any(f => File.Exists(RepositoryRoot.Combine(path)) || f.Path.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))
            : pages.TryGetValue(path, out string? text)
              && Heading().Matches(WithoutCode(text)).Any(m => Anchor(m.Groups[1].Value) == heading);

    // The name that GitHub and GitLab give a heading: lower case, without punctuation, dashes for spaces.
    private static string Anchor(string heading) =>
        NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static (string Path, string Heading) Resolve(string page, string link)
    {
        string[] parts = link.Split('#', 2);
        string heading = parts.Length == 2 ? parts[1] : "";
        if (parts[0].Length == 0)
        {
            return (page, heading);
        }

        string folder = Path.GetDirectoryName(page)!;
        return (Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", folder, parts[0]))), heading);
    }

    private static string WithoutCode(string text) => Code().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"((?:[\w-]+/)*[\w-]+\.md)#([a-z0-9-]+)")]
    private static partial Regex Section();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
