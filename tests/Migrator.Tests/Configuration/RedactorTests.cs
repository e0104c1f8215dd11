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
    [InlineData("Marker", "marker", "marker")]
    public void A_secret_is_masked_in_every_form(string secret, string text, string redacted)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);

        Assert.Equal(redacted, redactor.Redact(text));
    }

    [Fact(Timeout = 10_000)]
    public void A_secret_that_contains_another_secret_is_masked_completely()
    {
        var redactor = new Redactor();
        redactor.Hide("pass");
        redactor.Hide("password");

        Assert.Equal("*** ***", redactor.Redact("password pass"));
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

        Assert.Equal(expected, redactor.Redact("a table named ab"));
    }
}
