using Migrator.Configuration;
using Xunit;

namespace Migrator.Tests.Configuration;

public sealed class PostgresUrlTests
{
    [Theory(Timeout = 10_000)]
    [InlineData("postgres://app:secret@db:5433/orders", "dbname=orders host=db password=secret port=5433 user=app")]
    [InlineData("postgresql://app@db/orders", "dbname=orders host=db user=app")]
    [InlineData("POSTGRES://db/orders", "dbname=orders host=db")]
    [InlineData("postgres://db", "host=db")]
    [InlineData("postgres://db:5433", "host=db port=5433")]
    [InlineData("postgres://app:@db/", "host=db user=app")]
    [InlineData("postgres:///orders", "dbname=orders")]
    [InlineData("postgres://", "")]
    [InlineData("postgres://a%40b:p%2Fw%3A%40%3F%25@db/my%20db", "dbname=my db host=db password=p/w:@?% user=a@b")]
    [InlineData("postgres://app:a+b@db/x", "dbname=x host=db password=a+b user=app")]
    [InlineData("postgres://app:p@ss@db/x", "dbname=x host=db password=p@ss user=app")]
    [InlineData("postgres://app:a:b@db/x", "dbname=x host=db password=a:b user=app")]
    [InlineData("postgres://[::1]/x", "dbname=x host=::1")]
    [InlineData("postgres://app@[2001:db8::1]:5433/x", "dbname=x host=2001:db8::1 port=5433 user=app")]
    [InlineData("postgres://a,b/x", "dbname=x host=a,b")]
    [InlineData("postgres://a:1,b:2/x", "dbname=x host=a,b port=1,2")]
    [InlineData("postgres://a,b:2/x", "dbname=x host=a,b port=,2")]
    [InlineData("postgres://[::1]:1,[::2]:2/x", "dbname=x host=::1,::2 port=1,2")]
    [InlineData("postgres://%2Fvar%2Frun%2Fpostgresql/x", "dbname=x host=/var/run/postgresql")]
    [InlineData("postgres://db/x?sslmode=verify-full&sslrootcert=%2Fca.pem", "dbname=x host=db sslmode=verify-full sslrootcert=/ca.pem")]
    [InlineData("postgres:///x?host=db&port=5433&user=app", "dbname=x host=db port=5433 user=app")]
    [InlineData("postgres://db/x?options=-c%20search_path%3Dapp", "dbname=x host=db options=-c search_path=app")]
    public void A_URL_is_parsed_to_libpq_keywords(string url, string settings)
    {
        Assert.True(PostgresUrl.IsUrl(url));
        Assert.Equal(settings, string.Join(' ', PostgresUrl.Parse(url).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}")));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("postgres://app:marker@db:port/x", "port")]
    [InlineData("postgres://app:marker@db:99999/x", "port")]
    [InlineData("postgres://app:marker@db:-1/x", "port")]
    [InlineData("postgres://app:marker/with@db/x", "unencoded")]
    [InlineData("postgres://app:marker@[::1/x", "]")]
    [InlineData("postgres://app:marker@db/x?sslmode", "name=value")]
    [InlineData("postgres://app:marker@db/x?=require", "name=value")]
    [InlineData("postgres://app:marker?with@db/x", "unencoded")]
    public void The_error_for_an_invalid_URL_does_not_contain_it(string url, string message)
    {
        var e = Assert.Throws<FormatException>(() => PostgresUrl.Parse(url));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("Host=db")]
    [InlineData("mysql://db/x")]
    [InlineData("postgres:/db/x")]
    [InlineData("")]
    public void Other_texts_are_not_URLs(string text) => Assert.False(PostgresUrl.IsUrl(text));
}
