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
    public void A_secret_that_holds_another_one_leaves_no_tail()
    {
        var redactor = new Redactor();
        redactor.Hide("pass");
        redactor.Hide("password");

        Assert.Equal("*** ***", redactor.Redact("password pass"));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    public void What_is_too_short_to_be_a_secret_spoils_no_message(string? secret)
    {
        var redactor = new Redactor();
        redactor.Hide(secret);

        Assert.Equal("a table named ab", redactor.Redact("a table named ab"));
    }
}
