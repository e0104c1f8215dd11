using System.Text;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Language;

/// <summary>The repository is written in plain technical English: <c>refused-phrases.txt</c> lists what must not come back.</summary>
public sealed class LanguageTests
{
    private const string Folder = "tests/Migrator.Tests/Language";
    private const int Limit = 60_000;

    private static readonly AllowedPhrase[] Allowed =
    [
        new($"{Folder}/refused-phrases.txt", "*", "This is the list."),
        new($"{Folder}/RefusedPhraseListTests.cs", "*", "The tests of the matching need refused phrases."),
        new($"{Folder}/LanguageTests.cs", "*", "It names the phrases below."),
        new("tests/Deployment.Tests/Chart/SecurityTests.cs", "nobody", "It is the name of a user account."),
        new("tests/Tooling/Postgres/PostgresUser.cs", "nobody", "It is the name of a user account."),
        new("tests/LocalCluster.Tests/ApiSpecs.cs", "nobody", "It is the name of a service account."),
        new("tests/Migrator.Tests/CommandLine/SettingsSpecs.cs", "nobody", "It is the name of a role."),
        new("tests/Migrator.Tests/Commands/BadInputSpecs.cs", "nobody", "It is the name of a role."),
    ];

    private static RefusedPhraseList List { get; } = new(File.ReadAllText(RepositoryRoot.Combine(Folder, "refused-phrases.txt")));

    [Fact(Timeout = Limit)]
    public async Task Tracked_files_contain_no_refused_phrase()
    {
        var report = new StringBuilder();
        foreach (var (path, text) in await TrackedFiles.ReadAsync())
        {
            foreach (var (line, phrase) in List.Find(text).Where(found => !IsAllowed(path, found.Phrase)))
            {
                report.AppendLine().Append($"{path}:{line}: \"{phrase.Text}\"");
                if (phrase.Hint is not null)
                {
                    report.Append($". Write instead: {phrase.Hint}");
                }
            }
        }

        Assert.True(report.Length == 0, $"Refused phrases ({Folder}/refused-phrases.txt):{report}");
    }

    [Fact(Timeout = Limit)]
    public async Task Every_exception_is_needed()
    {
        var files = (await TrackedFiles.ReadAsync()).ToDictionary(file => file.Path, file => file.Text);

        Assert.All(Allowed, allowed => Assert.Contains(
            List.Find(files[allowed.Path]), found => IsAllowed(allowed.Path, found.Phrase)));
    }

    [Fact(Timeout = Limit)]
    public void The_list_has_each_phrase_once_with_single_spaces()
    {
        var phrases = List.Phrases.Select(phrase => phrase.Text).ToList();

        Assert.NotEmpty(phrases);
        Assert.Equal(phrases.Distinct(), phrases);
        Assert.All(phrases, phrase => Assert.Matches(@"^\S+( \S+)*$", phrase));
    }

    private static bool IsAllowed(string path, RefusedPhrase phrase) =>
        Allowed.Any(allowed => allowed.Path == path && (allowed.Phrase == "*" || allowed.Phrase == phrase.Text));
}
