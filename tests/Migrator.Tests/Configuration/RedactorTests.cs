using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

public sealed class RedactorTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("marker", "login with marker failed", "login with *** failed")]
    [InlineData("marker", "markermarker", "******")]
    [InlineData("p@ss/word", "postgres://app:p%40ss%2Fword@db and p@ss/word", "postgres://app:***@db and ***")]
    [InlineData("marker", "nothing", "nothing")]
    [InlineData("Marker", "marker", "***")]
    [InlineData("marker", "Marker MARKER", "*** ***")]
    [InlineData("XÄ-12-Yz-34", "xÄ-12-yz-34", "***")]
    [InlineData("Abc-123-Def-456", "COPY t, line 1: \"x Abc-123-De...\"", "COPY t, line 1: \"x ***...\"")]
    [InlineData("Abc-123-Def-456", "\\\\x4162632d3132332d4465662d343536", "\\\\x***")]
    [InlineData("p@ss/word x", "p%40ss%2fword%20x p%40ss%2Fword+x p%40ss%2fword+x", "*** *** ***")]
    [InlineData("it's\"a\\b", "it''s\"a\\b it's\"\"a\\b it''s\"a\\\\b it\\'s\"a\\\\b", "*** *** *** ***")]
    [InlineData("Orders1234Secret-x", "syntax error at or near \"Orders1234Secret\"", "syntax error at or near \"***\"")]
    [InlineData("Orders1234Secret-x", "column \"orders1234secret\" does not exist", "column \"***\" does not exist")]
    [InlineData("Orders1234Secret-x", "column \"Orders12\" does not exist", "column \"Orders12\" does not exist")]
    [InlineData("Ab\"c12Def\\gh7788", "Key (c)=((u,\"Ab\"\"c12Def\\\\gh7788\"))", "Key (c)=((u,\"***\"))")]
    [InlineData("Ab<c12&Def7788", "<x>Ab&lt;c12&amp;Def7788</x>", "<x>***</x>")]
    [InlineData("line one\nline two\nline three", "before line two after", "before *** after")]
    [InlineData("line one\nline two", "line one\\nline two", "***")]
    [InlineData("Sec9etA\u2028Part2long", "E <Sec9etA Part2long>", "E <***>")]
    [InlineData("Sec9etA\rPart2long", "E <Sec9etA\nPart2long>", "E <***\n***>")]
    [InlineData("12345", "12345", "12345")]
    [InlineData("123456", "123456", "***")]
    public void A_secret_is_masked_in_every_form(string secret, string text, string redacted)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);

        Assert.Equal(redacted, redactor.Redact(ForeignText.Of(text)));
    }

    [Fact(Timeout = 10_000)]
    public void A_secret_that_contains_another_secret_is_masked_completely()
    {
        var redactor = new Redactor();
        redactor.Hide("pass");
        redactor.Hide("password");

        Assert.Equal("*** ***", redactor.Redact(ForeignText.Of("password pass")));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null, "a table named ab")]
    [InlineData("", "a table named ab")]
    [InlineData("a", "*** table named ab")]
    [InlineData("ab", "a table named ***")]
    public void A_short_secret_is_masked_only_as_a_whole_word(string? secret, string expected)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);

        Assert.Equal(expected, redactor.Redact(ForeignText.Of("a table named ab")));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("done")]
    [InlineData("1")]
    [InlineData("create_orders")]
    [InlineData("20240115")]
    [InlineData("Migration")]
    public void A_secret_that_can_be_an_ordinary_word_is_masked_only_in_foreign_text(string secret)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);
        string own = $"V1__{secret}.sql: {secret} migration applied";

        Assert.Equal(own, redactor.Redact(own));
    }

    [Fact(Timeout = 10_000)]
    public void A_strong_secret_is_masked_in_all_text_and_marks_are_removed()
    {
        var redactor = new Redactor();
        redactor.Hide("hunter2-hunter2");
        redactor.Hide("orders");

        Assert.Equal("own *** orders, foreign *** ***.", redactor.Redact($"own hunter2-hunter2 orders, foreign {ForeignText.Of("orders hunter2-hunter2")}."));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("JSON data, line 1: ...2-9876x543\", \"m\": ...", "JSON data, line 1: ...***\", \"m\": ...")]
    [InlineData("line 1: mismatch\n76x543\" y=\"1\"/>\n      ^", "line 1: mismatch\n***\" y=\"1\"/>\n      ^")]
    [InlineData("...6x543", "...***")]
    [InlineData("...543 and ...others", "...543 and ...others")]
    public void The_end_of_a_secret_is_masked_where_PostgreSQL_has_cut_the_text_before_it(string text, string masked)
    {
        var redactor = new Redactor();
        redactor.Hide("hunter2-9876x543");

        Assert.Equal(masked, redactor.Redact(ForeignText.Of(text)));
    }

    [Fact(Timeout = 10_000)]
    public void The_part_of_a_long_secret_to_which_PostgreSQL_cuts_an_identifier_is_masked()
    {
        var redactor = new Redactor();
        string secret = string.Concat(Enumerable.Repeat("Ab1-", 20));
        redactor.Hide(secret);

        Assert.Equal("identifier \"***\"", redactor.Redact(ForeignText.Of($"identifier \"{secret[..63].ToLowerInvariant()}\"")));
    }
}
