using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

public sealed class DurationTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h1m1s1ms", 3_661_001)]
    [InlineData("90s", 90_000)]
    [InlineData("0s", 0)]
    [InlineData(" 5s ", 5_000)]
    [InlineData("2147483647ms", int.MaxValue)]
    public void A_valid_duration_is_parsed(string text, int milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("none")]
    [InlineData("None")]
    public void None_means_no_limit(string text)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Null(value);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("5")]
    [InlineData("0")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("5 s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("1.5s")]
    [InlineData("1e3s")]
    [InlineData("٥s")]
    [InlineData("1m30")]
    [InlineData("forever")]
    [InlineData("2147483648ms")]
    [InlineData("25d")]
    [InlineData("600h")]
    [InlineData("99999999999999999999s")]
    [InlineData("9223372036854775807h")]
    public void An_invalid_duration_is_rejected(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory(Timeout = 10_000)]
    [InlineData("none")]
    [InlineData("0s")]
    [InlineData("500ms")]
    [InlineData("1500ms")]
    [InlineData("5s")]
    [InlineData("90s")]
    [InlineData("2m")]
    [InlineData("1h")]
    [InlineData("25h")]
    public void A_duration_is_formatted_as_it_was_parsed(string text)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(text, Duration.Format(value));
    }
}
