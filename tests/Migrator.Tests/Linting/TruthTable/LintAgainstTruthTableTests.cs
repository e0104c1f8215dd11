using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>
/// Lint agrees with the truth table, except for the differences in <c>known-differences.tsv</c>. Each has a reason. To update the file, run this test with
/// UPDATE_TRUTH_TABLE=1, and write the missing reasons.
/// </summary>
public sealed class LintAgainstTruthTableTests
{
    private const string RelativePath = "tests/Migrator.Tests/Linting/TruthTable/known-differences.tsv";

    private static string KnownFile => RepositoryRoot.Combine(RelativePath);

    [Fact]
    public void Lint_and_the_server_differ_only_as_listed()
    {
        var known = ReadKnown();
        var found = Find();
        if (Environment.GetEnvironmentVariable("UPDATE_TRUTH_TABLE") == "1")
        {
            var reasons = known.ToLookup(d => (d.Case, d.Kind), d => d.Reason);
            File.WriteAllLines(KnownFile, found.Select(d => (d with { Reason = reasons[(d.Case, d.Kind)].FirstOrDefault("") }).ToString()).Prepend("case\tPostgreSQL\tkind\tdetail\treason"));
            return;
        }

        var added = found.Except(known.Select(d => d with { Reason = "" })).ToList();
        var removed = known.Select(d => d with { Reason = "" }).Except(found).ToList();
        Assert.True(
            added.Count == 0 && removed.Count == 0,
            $"{RelativePath} differs. Run this test with UPDATE_TRUTH_TABLE=1, and give each new line a reason.\n"
                + string.Join('\n', added.Select(d => $"new:  {d}").Concat(removed.Select(d => $"gone: {d}"))));
    }

    [Fact]
    public void Every_known_difference_has_a_reason_and_says_whether_it_is_accepted()
        => Assert.All(ReadKnown(), d => Assert.Matches("^(to fix|accepted): [^ ].*[.]$", d.Reason));

    private static List<Difference> ReadKnown() => File.Exists(KnownFile) ? [.. File.ReadAllLines(KnownFile).Skip(1).Select(Difference.Parse)] : [];

    private static List<Difference> Find()
    {
        var table = TruthTableFile.Read();
        return
        [
            .. TruthCases.All.SelectMany(one => table.Of(one)
                .Select(line => (line.Majors, Effects: TruthTableFile.Parse(line.Effects)))
                .Where(line => line.Effects is not null)
                .SelectMany(line => LintComparison.Compare(one, line.Majors, line.Effects!))),
        ];
    }
}
