using System.Net.Security;
using System.Security.Authentication;
using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

/// <summary>TLS settings that Npgsql has no keyword for, and the checks before a connection is opened.</summary>
public sealed class TlsSettingsTests
{
    private const SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    [Theory]
    [InlineData("", SslProtocols.None)]
    [InlineData("ssl_min_protocol_version=TLSv1", Both)]
    [InlineData("ssl_min_protocol_version=TLSv1.2", Both)]
    [InlineData("ssl_min_protocol_version=TLSV1.3", SslProtocols.Tls13)]
    [InlineData("ssl_max_protocol_version=TLSv1.2", SslProtocols.Tls12)]
    [InlineData("ssl_max_protocol_version=TLSv1.3", Both)]
    [InlineData("ssl_min_protocol_version=TLSv1.2 ssl_max_protocol_version=TLSv1.2", SslProtocols.Tls12)]
    public void The_TLS_versions_are_limited(string settings, SslProtocols expected)
    {
        var handshake = new SslClientAuthenticationOptions();

        TlsSettings.Apply(handshake, Settings($"host=db {settings}"));

        Assert.Equal(expected, handshake.EnabledSslProtocols);
    }

    [Theory]
    [InlineData("ssl_max_protocol_version=TLSv1.1", "ssl_max_protocol_version (PGSSLMAXPROTOCOLVERSION) is TLSv1.1, but migrate supports only TLSv1.2 and TLSv1.3")]
    [InlineData("ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2", "ssl_min_protocol_version is newer than ssl_max_protocol_version")]
    public void TLS_versions_that_cannot_be_used_are_refused(string settings, string message)
        => Assert.Equal(message, Assert.Single(Settings($"host=db {settings}").Problems()).Message);

    [Theory]
    [InlineData("host=a,b hostaddr=10.0.0.1,10.0.0.2", "b")]
    [InlineData("host=a,b", "10.0.0.2")]
    [InlineData("hostaddr=10.0.0.1,10.0.0.2", "10.0.0.2")]
    public void The_certificate_must_be_for_the_host_and_not_for_hostaddr(string settings, string expected)
    {
        var handshake = new SslClientAuthenticationOptions { TargetHost = "10.0.0.2" };

        TlsSettings.Apply(handshake, Settings(settings));

        Assert.Equal(expected, handshake.TargetHost);
    }

    private static ConnectionSettings Settings(string text)
    {
        var settings = new ConnectionSettings();
        settings.AddWhereMissing(ConnectionSettings.Parse(text));
        return settings;
    }
}
