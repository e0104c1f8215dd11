using Xunit;

namespace Migrator.Tests.Language;

/// <summary>How a refused phrase is found in a text.</summary>
public sealed class RefusedPhraseListTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("a lock that is not to be had", 1)]
    [InlineData("Not To Be Had", 1)]
    [InlineData("one\ntwo: not to be had.", 2)]
    [InlineData("// a lock that is not to\n    // be had", 1)]
    [InlineData("\n    /// <summary>is not\r\n    /// to be had</summary>", 2)]
    [InlineData("-- not to be\n-- had", 1)]
    [InlineData("  # is not to\n  # be had", 1)]
    [InlineData("/* not to\n * be had */", 1)]
    [InlineData("a list item that is not\n  to be had", 1)]
    [InlineData("public void A_lock_is_not_to_be_had()", 1)]
    [InlineData("\"is not to be \" + \"had\"", 1)]
    [InlineData("\"is not to be \"\n    + $\"had\"", 1)]
    public void A_phrase_is_found_in_the_line_where_it_begins(string text, int line) =>
        Assert.Equal([line], Lines("not to be had", text));

    [Theory(Timeout = 10_000)]
    [InlineData("kin", "a kind of kinship")]
    [InlineData("mend", "recommend, amend, mended")]
    [InlineData("not to be had", "not to be hadoop")]
    [InlineData("not to be had", "not; to be had")]
    [InlineData("Takeover", "the takeover of a table")]
    [InlineData("Takeover", "Takeovers")]
    public void A_phrase_is_not_found_in_other_words(string phrase, string text) =>
        Assert.Empty(Lines(phrase, text));

    [Theory(Timeout = 10_000)]
    [InlineData("new Takeover()")]
    [InlineData("EvolveTakeoverSpecs")]
    [InlineData("<see cref=\"Takeover.Run\"/>")]
    public void An_identifier_is_found_as_part_of_a_name(string text) =>
        Assert.Equal([1], Lines("Takeover", text));

    [Fact(Timeout = 10_000)]
    public void Each_occurrence_is_found() =>
        Assert.Equal([1, 1, 3], Lines("anew", "anew, anew\n\nAnew."));

    [Fact(Timeout = 10_000)]
    public void The_longer_phrase_is_found_and_the_shorter_one_inside_it_is_not() =>
        Assert.Equal(
            ["made anew", "half a way back", "anew"],
            new RefusedPhraseList("anew\nhalf a way\nhalf a way back\nmade anew")
                .Find("It is made anew half a way back, anew.").Select(found => found.Phrase.Text));

    [Fact(Timeout = 10_000)]
    public void A_list_has_comments_phrases_and_hints()
    {
        var list = new RefusedPhraseList("# comment\n\nis dear\tis expensive\nanew\n");

        Assert.Equal([new("is dear", "is expensive"), new("anew", null)], list.Phrases);
    }

    private static IEnumerable<int> Lines(string phrase, string text) =>
        new RefusedPhraseList(phrase).Find(text).Select(found => found.Line);
}
