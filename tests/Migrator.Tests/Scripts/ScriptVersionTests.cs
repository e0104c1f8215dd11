using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Scripts;

public sealed class ScriptVersionTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("1", "2")]
    [InlineData("2", "10")]
    [InlineData("1", "1.0")]
    [InlineData("1.2", "1.10")]
    [InlineData("1.9.9", "2")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("0.1", "1")]
    [InlineData("20240131", "20240201")]
    [InlineData("9223372036854775806", "9223372036854775807")]
    public void The_first_version_sorts_before_the_second(string first, string second)
    {
        Assert.True(Parse(first).CompareTo(Parse(second)) < 0);
        Assert.True(Parse(second).CompareTo(Parse(first)) > 0);
        Assert.NotEqual(Parse(first), Parse(second));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("1", "01")]
    [InlineData("1", "0001")]
    [InlineData("1.2", "1_2")]
    [InlineData("1.02", "01.2")]
    public void Both_labels_are_the_same_version(string first, string second)
    {
        Assert.Equal(0, Parse(first).CompareTo(Parse(second)));
        Assert.Equal(Parse(first), Parse(second));
        Assert.Equal(Parse(first).GetHashCode(), Parse(second).GetHashCode());
    }

    [Theory(Timeout = 10_000)]
    [InlineData("1_2", "1.2")]
    [InlineData("007", "007")]
    public void The_label_has_the_form_of_the_history_table(string text, string label)
    {
        Assert.Equal(label, Parse(text).Label);
        Assert.Equal(label, Parse(text).ToString());
    }

    [Theory(Timeout = 10_000)]
    [InlineData("", "is missing")]
    [InlineData("0", "must be above 0")]
    [InlineData("000", "must be above 0")]
    [InlineData("1a2", "must consist of numbers")]
    [InlineData("1..2", "must consist of numbers")]
    [InlineData("1.", "must consist of numbers")]
    [InlineData(".1", "must consist of numbers")]
    [InlineData("-1", "must consist of numbers")]
    [InlineData("+1", "must consist of numbers")]
    [InlineData(" 1", "must consist of numbers")]
    [InlineData("١", "must consist of numbers")]
    [InlineData("9223372036854775808", "above 9223372036854775807")]
    [InlineData("1.99999999999999999999", "above 9223372036854775807")]
    public void An_invalid_version_is_rejected_with_the_reason(string text, string reason)
    {
        Assert.False(ScriptVersion.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void A_version_is_at_most_as_long_as_the_history_table_can_store()
    {
        var longest = string.Join('.', Enumerable.Repeat("12", 17));
        Assert.Equal(ScriptVersion.MaxLabelLength, longest.Length);

        Assert.Equal(longest, Parse(longest).Label);
        Assert.False(ScriptVersion.TryParse(longest + "3", out _, out var problem));
        Assert.Contains("longer than the 50 characters", problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void Null_sorts_before_every_version()
    {
        Assert.True(Parse("0.0").CompareTo(null) > 0);
        Assert.False(Parse("1").Equals(null));
    }

    [Fact(Timeout = 10_000)]
    public void Evolve_sorts_versions_in_the_same_order()
    {
        string[] labels = ["0.1", "1", "1.0", "1.2", "1.10", "2", "10", "10.0.1", "20240131"];

        var ours = labels.Select(Parse).OrderDescending().Select(v => v.Label);
        var evolves = labels.Select(l => new EvolveDb.Migration.MigrationVersion(l)).OrderDescending().Select(v => v.Label);

        Assert.Equal(evolves, ours);
    }

    private static ScriptVersion Parse(string text)
    {
        Assert.True(ScriptVersion.TryParse(text, out var version, out var problem), problem);
        return version!;
    }
}
