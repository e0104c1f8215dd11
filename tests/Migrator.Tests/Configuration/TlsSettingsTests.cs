using System.Net.Security;
using System.Security.Authentication;
using Migrator.Configuration;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Configuration;

/// <summary>TLS settings that Npgsql has no keyword for, and the checks before a connection is opened.</summary>
public sealed class TlsSettingsTests
{
    private const SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    // The rule of libpq (https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-CLIENTCERT). The octal permissions are
    // written as decimal digits.
    [Theory(Timeout = 10_000)]
    [InlineData(400, true, true)]
    [InlineData(600, true, true)]
    [InlineData(700, true, true)]
    [InlineData(440, true, false)]
    [InlineData(640, true, false)]
    [InlineData(660, false, false)]
    [InlineData(650, false, false)]
    [InlineData(604, false, false)]
    [InlineData(601, false, false)]
    [InlineData(644, false, false)]
    [InlineData(666, false, false)]
    public async Task The_permissions_of_a_private_key_follow_libpq(int mode, bool isAcceptedFromRoot, bool isAcceptedFromOther)
    {
        using var folder = new TempFolder();
        string key = Path.Combine(folder.Path, "key");
        await File.WriteAllTextAsync(key, "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(key, (UnixFileMode)Convert.ToInt32($"{mode}", 8));
        string link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, "key");

        // Only root can create a file of root, or change the owner.
        if (Environment.IsPrivilegedProcess)
        {
            AssertAccepted(isAcceptedFromRoot);
            await Guarded.Command("chown", "65534", key).ExecuteAsync(TestContext.Current.CancellationToken);
        }

        AssertAccepted(isAcceptedFromOther);

        void AssertAccepted(bool isAccepted)
        {
            foreach (string path in new[] { key, link })
            {
                IReadOnlyList<Problem> problems = Settings($"host=db sslkey={path}").Problems();
                if (isAccepted)
                {
                    Assert.Empty(problems);
                    continue;
                }

                Problem problem = Assert.Single(problems);
                Assert.StartsWith($"the private key {path} has the permissions 0{mode}, which give access to other users: ", problem.Message, StringComparison.Ordinal);
                Assert.StartsWith($"Run chmod 0600 {path}. ", problem.Advice, StringComparison.Ordinal);
            }
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_pfx_file_that_others_can_read_is_refused()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "client.pfx");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("has the permissions 0404", Assert.Single(Settings($"host=db sslcert={file}").Problems()).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void A_device_is_not_a_private_key()
        => Assert.Equal("the private key /dev/null is not a regular file", Assert.Single(Settings("host=db sslkey=/dev/null").Problems()).Message);

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
