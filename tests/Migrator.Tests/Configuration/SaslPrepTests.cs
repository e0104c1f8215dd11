using System.Security.Cryptography;
using System.Text;
using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

public sealed class SaslPrepTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("a\u0308bc", "\u00E4bc")]
    [InlineData("x\u00B2", "x2")]
    [InlineData("\u00BD", "1\u20442")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("a\u00ADb", "ab")]
    [InlineData("\uFB01", "fi")]
    [InlineData("\u2168", "IX")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\u00E4", "\u00E4")]
    [InlineData("\u05D0\u0308\u05D1", "\u05D0\u0308\u05D1")]
    [InlineData("plain \u0001 ASCII", "plain \u0001 ASCII")]
    [InlineData("", "")]
    public void A_password_is_prepared(string password, string prepared)
        => Assert.Equal(prepared, SaslPrep.Prepare(password));

    [Theory(Timeout = 10_000)]
    [InlineData("\u00AD")]
    [InlineData("\uFB01\u0007")]
    [InlineData("\uFB01\uE000")]
    [InlineData("\uFB01\u0221")]
    [InlineData("\u05D0\uFB01")]
    [InlineData("\u06271")]
    [InlineData("\uFB01\uD800")]
    public void A_password_that_SASLprep_prohibits_is_not_changed(string password)
        => Assert.Equal(password, SaslPrep.Prepare(password));

    [Fact(Timeout = 60_000)]
    public void Every_character_is_prepared_as_by_another_implementation()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (var code = 0x80; code < 0x30000; code++)
        {
            if (code is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            var character = char.ConvertFromUtf32(code);
            hash.AppendData(Encoding.UTF8.GetBytes(SaslPrep.Prepare($"x{character}") + "\n"));
            hash.AppendData(Encoding.UTF8.GetBytes(SaslPrep.Prepare($"{character}\u0308") + "\n"));
        }

        // Python's standard library gives the same 388,864 results (RFC 3454 and normalization form KC).
        Assert.Equal("6EA3B88EAEA05F2BA94B6A25F990161E", Convert.ToHexString(hash.GetHashAndReset()));
    }
}
