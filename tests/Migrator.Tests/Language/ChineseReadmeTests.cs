using System.Text.RegularExpressions;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Language;

/// <summary>
/// README.zh.md translates README.md from the title to the section about exit codes. A change of the English text has to
/// be translated too: these tests find a section, a code block or a table row that is missing.
/// </summary>
public sealed partial class ChineseReadmeTests
{
    private const string LastHeading = "### Exit codes";

    private static string English { get; } = FirstPart(Read("README.md"));

    private static string Chinese { get; } = Read("README.zh.md");

    [Fact]
    public void The_headings_have_the_same_levels() =>
        Assert.Equal(
            Heading().Matches(WithoutCode(English)).Select(match => match.Groups[1].Value),
            Heading().Matches(WithoutCode(Chinese)).Select(match => match.Groups[1].Value));

    [Fact]
    public void The_code_blocks_are_the_same() =>
        Assert.Equal(CodeBlock().Matches(English).Select(match => match.Value), CodeBlock().Matches(Chinese).Select(match => match.Value));

    [Fact]
    public void The_tables_have_the_same_number_of_rows() =>
        Assert.Equal(
            Table().Matches(WithoutCode(English)).Select(match => match.Value.Count('\n')),
            Table().Matches(WithoutCode(Chinese)).Select(match => match.Value.Count('\n')));

    [Fact]
    public void The_exit_codes_are_the_same()
    {
        Assert.Equal(
            Enum.GetValues<ExitCode>().Select(code => (int)code).Order(),
            ExitCodes(English).Order());
        Assert.Equal(ExitCodes(English), ExitCodes(Chinese));
    }

    [Fact]
    public void Each_language_links_to_the_other_under_the_title()
    {
        Assert.StartsWith("# Migrator\n\n[简体中文](README.zh.md)\n", English, StringComparison.Ordinal);
        Assert.StartsWith("# Migrator\n\n[English](README.md)\n", Chinese, StringComparison.Ordinal);
    }

    private static string Read(string file) => File.ReadAllText(RepositoryRoot.Combine(file));

    private static string FirstPart(string text)
    {
        int last = text.IndexOf($"\n{LastHeading}\n", StringComparison.Ordinal);
        Assert.True(last >= 0, $"README.md has no heading '{LastHeading}'.");
        return text[..text.IndexOf("\n## ", last, StringComparison.Ordinal)];
    }

    private static string WithoutCode(string text) => CodeBlock().Replace(text, "");

    private static IEnumerable<int> ExitCodes(string text) =>
        ExitCodeRow().Matches(text).SelectMany(match => Number().Matches(match.Value)).Select(match => int.Parse(match.Value, null));

    [GeneratedRegex("^(#+) ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?:^\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    // The first cell of a row, with numbers only.
    [GeneratedRegex(@"^\| \d+(?:[,、] ?\d+)* \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
