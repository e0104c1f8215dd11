using Migrator.Configuration;
using Npgsql;
using Xunit;

namespace Migrator.Tests.Configuration;

/// <summary>Conversion of URLs, Npgsql keywords and libpq keywords to Npgsql's settings.</summary>
public sealed class ConnectionSettingsTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("Host=db;Port=5433;Database=orders;Username=app;Password=secret", "dbname=orders host=db password=secret port=5433 user=app")]
    [InlineData("Server=db;DB=orders;User Id=app;PWD=secret", "dbname=orders host=db password=secret user=app")]
    [InlineData("HOST=db;uid=app", "host=db user=app")]
    [InlineData("Password='a;b''c'", "password=a;b'c")]
    [InlineData("SSL Mode=VerifyFull;Root Certificate=/ca.pem", "sslmode=verifyfull sslrootcert=/ca.pem")]
    [InlineData("Timeout=7;Application Name=x", "application_name=x connect_timeout=7")]
    [InlineData("Host=db;Max Auto Prepare=3", "host=db npgsql:max auto prepare=3")]
    [InlineData("host=db port=5433 dbname=orders user=app password=secret", "dbname=orders host=db password=secret port=5433 user=app")]
    [InlineData("  host = db\n user='a b'  password='it\\'s; \\\\' ", @"host=db password=it's; \ user=a b")]
    [InlineData(@"password=a\ b\;c sslmode=require", "password=a b;c sslmode=require")]
    [InlineData("host=db;user=app;password=a b", "host=db password=a b user=app")]
    [InlineData("host=", "host=")]
    public void Connection_strings_are_parsed_to_libpq_keywords(string text, string settings)
        => Assert.Equal(settings, string.Join(' ', ConnectionSettings.Parse(text).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}")));

    [Theory(Timeout = 10_000)]
    [InlineData("marker")]
    [InlineData("mysql://app:marker@db/x")]
    [InlineData("Host=db;Password='marker")]
    [InlineData("=marker")]
    [InlineData("mysql://app:marker@db/x?a=b")]
    [InlineData("postgresql+psycopg2://app:marker@db/x?sslmode=require")]
    [InlineData("Host=db Username=app Password=marker")]
    [InlineData("host=db password=marker;port=5")]
    public void The_error_for_an_invalid_connection_string_does_not_contain_it(string text)
    {
        var e = Assert.Throws<FormatException>(() => ConnectionSettings.Parse(text));

        Assert.Contains("postgres://", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("jdbc:postgresql://db/x?user=app&password=marker", "JDBC URL")]
    [InlineData("jdbc:postgresql://app:marker@db/x?ssl=true", "JDBC URL")]
    [InlineData("\"postgres://app:marker@db/x\"", "quotation marks")]
    [InlineData("'host=db password=marker'", "quotation marks")]
    public void Common_mistakes_have_a_specific_message(string text, string message)
    {
        var e = Assert.Throws<FormatException>(() => ConnectionSettings.Parse(text));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("postgres://app:p%40ss@db:5433/orders", "Host=db;Port=5433;Database=orders;Username=app;Password=p@ss")]
    [InlineData("postgres://app@[::1]:5433/x", "Host=::1;Port=5433;Database=x;Username=app")]
    [InlineData("postgres://a:1,b:2/x", "Host=a:1,b:2;Database=x")]
    [InlineData("postgres://a,b:2/x", "Host=a,b:2;Database=x")]
    [InlineData("postgres://[::1]:1,[::2]:2/x", "Host=[::1]:1,[::2]:2;Database=x")]
    [InlineData("Port=1,2;Host=a,b", "Host=a:1,b:2")]
    [InlineData("postgres://a,b/x?port=7", "Host=a,b;Port=7;Database=x")]
    [InlineData("postgres://db/x?sslmode=verify-ca", "Host=db;Database=x;SSL Mode=VerifyCA")]
    [InlineData(" postgres://db/x?sslmode=require\n", "Host=db;Database=x;SSL Mode=Require")]
    [InlineData("postgres://db/x?ssl=true", "Host=db;Database=x;SSL Mode=Require")]
    [InlineData("postgres://db/x?require_auth=scram-sha-256,md5", "Host=db;Database=x;Require Auth=ScramSHA256,MD5")]
    [InlineData("postgres://db/x?sslmode=require", "Host=db;Database=x;SSL Mode=Require")]
    [InlineData("postgres://db/x?connect_timeout=7&target_session_attrs=read-write", "Host=db;Database=x;Timeout=7;Target Session Attributes=read-write")]
    [InlineData("postgres://db/x?keepalives=1&keepalives_idle=7&keepalives_interval=2&tcp_user_timeout=0", "Host=db;Database=x;TCP Keepalive=true;TCP Keepalive Time=7;TCP Keepalive Interval=2")]
    [InlineData("postgres://db/x?channel_binding=require", "Host=db;Database=x;Channel Binding=Require;SSL Mode=Require;Require Auth=ScramSHA256")]
    [InlineData("Host=db;Channel Binding=Require;SSL Mode=VerifyFull", "Host=db;Channel Binding=Require;SSL Mode=VerifyFull;Require Auth=ScramSHA256")]
    [InlineData("Host=db;Require Auth=ScramSHA256,MD5", "Host=db;Require Auth=ScramSHA256,MD5")]
    [InlineData("host=db hostaddr=10.0.0.1", "Host=10.0.0.1")]
    [InlineData("port=1,2 hostaddr=10.0.0.1,10.0.0.2 host=a,b", "Host=10.0.0.1:1,10.0.0.2:2")]
    [InlineData("application_name=a fallback_application_name=b", "Application Name=a")]
    [InlineData("client_encoding=utf-8", "")]
    [InlineData("load_balance_hosts=random", "Load Balance Hosts=true")]
    [InlineData("Host=db;Include Error Detail=true", "Host=db;Include Error Detail=true")]
    public void Settings_are_converted_to_Npgsql(string text, string npgsql)
        => Assert.Equivalent(new NpgsqlConnectionStringBuilder(npgsql), Settings(text).ToNpgsql());

    [Theory(Timeout = 10_000)]
    [InlineData("postgres://db/x?sslmod=require", "sslmod")]
    [InlineData("postgres://db/x?sslmode=marker", "sslmode")]
    [InlineData("postgres://db:0/x", "port")]
    [InlineData("host=db port=65536", "port")]
    [InlineData("host=a,b port=5432,0", "port")]
    [InlineData("postgres://db/x?port=marker", "port")]
    [InlineData("postgres://db/x?connect_timeout=marker", "connect_timeout")]
    [InlineData("postgres://db/x?connect_timeout=99999999999", "connect_timeout")]
    [InlineData("Host=db;Color=marker", "color")]
    [InlineData("Host=db;Port=marker", "port")]
    [InlineData("Host=db;Include Error Detail=marker", "include error detail")]
    public void The_error_for_an_invalid_setting_contains_its_name_and_not_its_value(string text, string name)
    {
        var e = Assert.Throws<MigrateException>(() => Settings(text).ToNpgsql());

        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public void A_keyword_of_Npgsql_overrides_the_same_keyword_of_libpq_in_a_less_specific_source()
    {
        var settings = Settings("Host=db;Channel Binding=Require");

        settings.AddWhereMissing(new Dictionary<string, string> { ["channel_binding"] = "disable" });

        Assert.Equal(ChannelBinding.Require, settings.ToNpgsql().ChannelBinding);
    }

    [Fact(Timeout = 10_000)]
    public void A_less_specific_source_provides_only_missing_keywords()
    {
        var settings = Settings("postgres://app@db/orders");

        settings.AddWhereMissing(new Dictionary<string, string> { ["user"] = "other", ["password"] = "secret" });

        Assert.Equal("app", settings["user"]);
        Assert.Equal("secret", settings.Password);
    }

    private static ConnectionSettings Settings(string text)
    {
        var settings = new ConnectionSettings();
        settings.AddWhereMissing(ConnectionSettings.Parse(text));
        return settings;
    }
}
