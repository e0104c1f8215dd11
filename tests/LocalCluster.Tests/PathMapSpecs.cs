using Migrator.LocalCluster.Kubelet;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class PathMapSpecs
{
    [Theory(Timeout = 10_000)]
    [InlineData("/migrations", "HERE/m")]
    [InlineData("--dir=/migrations", "--dir=HERE/m")]
    [InlineData("/migrations/v1/V1__a.sql", "HERE/m/v1/V1__a.sql")]
    [InlineData("/migrations:/migrations/extra", "HERE/m:HERE/e")]
    [InlineData("ls /migrations; cat \"/migrations/x\"", "ls HERE/m; cat \"HERE/m/x\"")]
    // Other paths, and what only looks like one.
    [InlineData("/migrations-old", "/migrations-old")]
    [InlineData("/app/migrations", "/app/migrations")]
    [InlineData("./migrations", "./migrations")]
    [InlineData("/migrations.d/x", "/migrations.d/x")]
    [InlineData("postgres://db:5432/migrations", "postgres://db:5432/migrations")]
    [InlineData("postgres://127.0.0.1/migrations", "postgres://127.0.0.1/migrations")]
    [InlineData("postgres://[::1]/migrations", "postgres://[::1]/migrations")]
    public void A_text_gets_the_places_of_covered_paths(string text, string result)
    {
        var paths = new PathMap();
        paths.Cover("/migrations/", "HERE/m");
        paths.Cover("/migrations/extra", "HERE/e");

        Assert.Equal(result, paths.Replace(text));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("/app", "/host/app")]
    [InlineData("/app/bin/x", "/host/app/bin/x")]
    [InlineData("/app/data", "/host/volume")]
    [InlineData("/apple", null)]
    public void The_longest_path_covers(string path, string? place)
    {
        var paths = new PathMap();
        paths.Cover("/app", "/host/app");
        paths.Cover("/app/data", "/host/volume");

        Assert.Equal(place, paths.Find(path));
    }
}
