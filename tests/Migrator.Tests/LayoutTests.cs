using System.Text.RegularExpressions;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests;

/// <summary>The folders of <c>migrator/</c> are layers. A folder uses only the folders before it in <see cref="Layers"/>.</summary>
public sealed partial class LayoutTests
{
    // Program.cs uses every folder and is not in the list.
    private static readonly string[] Layers =
    [
        "", "Sql", "Scripts", "Configuration", "Kubernetes", "Database", "History", "Planning", "Execution", "Linting", "Reporting", "Commands",
    ];

    [Fact]
    public void Every_folder_is_a_layer()
        => Assert.Equal(Layers.Skip(1).Order(), Sources().Select(s => s.Layer).Where(l => l.Length > 0).Distinct().Order());

    [Fact]
    public void A_namespace_is_named_after_its_folder()
    {
        foreach ((string path, _, string text) in Sources())
        {
            string folder = Path.GetDirectoryName(path)!.Replace('/', '.');
            string expected = folder.Length == 0 ? "Migrator" : $"Migrator.{folder}";
            Assert.True(Namespace().Match(text) is { Success: true } found && found.Groups[1].Value == expected, $"{path} is not in the namespace {expected}");
        }
    }

    [Fact]
    public void A_folder_uses_only_the_folders_before_it_in_the_list()
    {
        var wrong = new List<string>();
        foreach ((string path, string layer, string text) in Sources())
        {
            int own = Array.IndexOf(Layers, layer);
            wrong.AddRange(References().Matches(text).Select(m => m.Groups[1].Value)
                .Where(used => Array.IndexOf(Layers, used) > own)
                .Select(used => $"{path} uses {used}"));
        }

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string Path, string Layer, string Text)> Sources()
    {
        string root = RepositoryRoot.Combine("migrator");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
            .Where(f => f != "Program.cs" && !f.StartsWith("bin/", StringComparison.Ordinal) && !f.StartsWith("obj/", StringComparison.Ordinal))
            .Select(f => (f, f.Contains('/', StringComparison.Ordinal) ? f[..f.IndexOf('/', StringComparison.Ordinal)] : "", File.ReadAllText(Path.Combine(root, f))));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Matches a using directive or a name with its namespace.
    [GeneratedRegex(@"\bMigrator\.([A-Z]\w*)")]
    private static partial Regex References();
}
