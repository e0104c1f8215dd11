using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

/// <summary>Every setting of libpq is honored or refused with its name.</summary>
public sealed class LibpqSettingsTests
{
    // https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    private const string Keywords = """
        host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding options
        application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout
        replication gssencmode sslmode sslnegotiation sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert
        sslcrl sslcrldir sslsni requirepeer ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version
        krbsrvname gsslib gssdelegation scram_client_key scram_server_key service target_session_attrs load_balance_hosts
        oauth_issuer oauth_client_id oauth_client_secret oauth_scope
        """;

    // https://www.postgresql.org/docs/18/libpq-envars.html
    private const string Variables = """
        PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGREQUIREAUTH PGCHANNELBINDING PGSERVICE PGSERVICEFILE
        PGOPTIONS PGAPPNAME PGSSLMODE PGREQUIRESSL PGSSLNEGOTIATION PGSSLCOMPRESSION PGSSLCERT PGSSLKEY PGSSLCERTMODE PGSSLROOTCERT
        PGSSLCRL PGSSLCRLDIR PGSSLSNI PGREQUIREPEER PGSSLMINPROTOCOLVERSION PGSSLMAXPROTOCOLVERSION PGGSSENCMODE PGKRBSRVNAME PGGSSLIB
        PGGSSDELEGATION PGCONNECT_TIMEOUT PGCLIENTENCODING PGTARGETSESSIONATTRS PGLOADBALANCEHOSTS PGMINPROTOCOLVERSION
        PGMAXPROTOCOLVERSION PGDATESTYLE PGTZ PGGEQO PGSYSCONFDIR PGLOCALEDIR
        """;

    private static readonly char[] Spaces = [' ', '\n', '\r'];

    [Fact]
    public void The_table_contains_every_keyword_and_variable_of_libpq()
    {
        Assert.Equal(
            Keywords.Split(Spaces, StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            LibpqSettings.All.Select(s => s.Keyword).Where(k => char.IsAsciiLetterLower(k[0])).Order(StringComparer.Ordinal));
        Assert.Equal(
            Variables.Split(Spaces, StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            LibpqSettings.All.Select(s => s.Variable).OfType<string>().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gssencmode", "require", "PGGSSENCMODE", "Expected disable or prefer.")]
    [InlineData("sslcrl", "/marker", "PGSSLCRL", "Remove the setting.")]
    [InlineData("sslcrldir", "/marker", "PGSSLCRLDIR", "Remove the setting.")]
    [InlineData("requirepeer", "marker", "PGREQUIREPEER", "Remove the setting.")]
    [InlineData("sslsni", "0", "PGSSLSNI", "Expected 1.")]
    [InlineData("sslcertmode", "require", "PGSSLCERTMODE", "Expected disable or allow.")]
    [InlineData("sslcompression", "1", "PGSSLCOMPRESSION", "Expected 0.")]
    [InlineData("sslkeylogfile", "/marker", null, "Remove the setting.")]
    [InlineData("krbsrvname", "marker", "PGKRBSRVNAME", "Expected postgres.")]
    [InlineData("gsslib", "sspi", "PGGSSLIB", "Expected gssapi.")]
    [InlineData("gssdelegation", "1", "PGGSSDELEGATION", "Expected 0.")]
    [InlineData("service", "marker", "PGSERVICE", "Remove the setting.")]
    [InlineData("min_protocol_version", "3.2", "PGMINPROTOCOLVERSION", "Expected 3.0.")]
    [InlineData("max_protocol_version", "2.0", "PGMAXPROTOCOLVERSION", "Expected 3.0 or 3.2 or latest.")]
    [InlineData("client_encoding", "LATIN1", "PGCLIENTENCODING", "Expected UTF8.")]
    [InlineData("client_encoding", "auto", "PGCLIENTENCODING", "Expected UTF8.")]
    [InlineData("replication", "database", null, "Expected false or off or no or 0.")]
    [InlineData("keepalives_count", "3", null, "Expected 0.")]
    [InlineData("tcp_user_timeout", "9", null, "Expected 0.")]
    [InlineData("scram_client_key", "marker", null, "Remove the setting.")]
    [InlineData("scram_server_key", "marker", null, "Remove the setting.")]
    [InlineData("oauth_client_secret", "marker", null, "Remove the setting.")]
    public void A_value_that_cannot_be_honored_is_refused_with_the_names_of_the_setting(string keyword, string value, string? variable, string advice)
    {
        Problem problem = Assert.Single(Settings($"postgres://db/x?{keyword}={value}").Problems());

        Assert.StartsWith($"the connection setting '{keyword}'{(variable is null ? "" : $" ({variable})")} is refused: migrate ", problem.Message.Replace("TLS compression is insecure, and ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("marker", problem.Message, StringComparison.Ordinal);
        Assert.Equal(advice, problem.Advice);
    }

    [Theory]
    [InlineData("load_balance_hosts=always", "load_balance_hosts", "Expected disable or random.")]
    [InlineData("ssl_min_protocol_version=SSLv3", "ssl_min_protocol_version", "Expected TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.")]
    [InlineData("require_auth=oauth", "require_auth", "Expected password, md5, gss, sspi, scram-sha-256 and none, separated by commas, or the same with a ! before each.")]
    [InlineData("channel_binding=always", "channel_binding", "Expected disable, prefer or require.")]
    public void An_invalid_value_is_refused_with_the_valid_values(string parameter, string name, string advice)
    {
        Problem problem = Assert.Single(Settings($"postgres://db/x?{parameter}").Problems());

        Assert.StartsWith($"the connection setting '{name}'", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(" has an invalid value", problem.Message, StringComparison.Ordinal);
        Assert.Equal(advice, problem.Advice);
    }

    [Theory]
    [InlineData("gssencmode=disable")]
    [InlineData("gssencmode=prefer")]
    [InlineData("sslcompression=0")]
    [InlineData("sslsni=1")]
    [InlineData("sslcrl=")]
    [InlineData("requirepeer=")]
    [InlineData("sslcertmode=allow")]
    [InlineData("krbsrvname=postgres")]
    [InlineData("gssdelegation=0")]
    [InlineData("min_protocol_version=3.0&max_protocol_version=latest")]
    [InlineData("client_encoding=UNICODE")]
    [InlineData("client_encoding=utf-8")]
    [InlineData("client_encoding=Utf_8")]
    [InlineData("client_encoding=")]
    [InlineData("replication=false")]
    [InlineData("load_balance_hosts=disable")]
    [InlineData("keepalives_count=0&tcp_user_timeout=0")]
    [InlineData("ssl_min_protocol_version=TLSv1&ssl_max_protocol_version=")]
    public void A_value_that_changes_nothing_is_accepted(string parameters)
        => Assert.Empty(Settings($"postgres://db/x?{parameters}").Problems());

    [Theory]
    [InlineData("GSS Encryption Mode=Require", "gssencmode")]
    [InlineData("Kerberos Service Name=other", "krbsrvname")]
    [InlineData("Client Encoding=LATIN1", "client_encoding")]
    public void A_keyword_of_Npgsql_is_refused_like_the_keyword_of_libpq(string keywords, string name)
        => Assert.Contains($"'{name}'", Assert.Single(Settings("Host=db;" + keywords).Problems()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("PGTZ")]
    [InlineData("PGLOCALEDIR")]
    [InlineData("PGSERVICEFILE")]
    public void A_variable_that_names_no_database_does_not_configure_a_connection(string variable)
    {
        var settings = new ConnectionSettings();

        settings.AddWhereMissing(new Dictionary<string, string> { [variable] = "x" });

        Assert.True(settings.IsEmpty);
    }

    private static ConnectionSettings Settings(string text)
    {
        var settings = new ConnectionSettings();
        settings.AddWhereMissing(ConnectionSettings.Parse(text));
        return settings;
    }
}
