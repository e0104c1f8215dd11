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
    // Other paths, and text that only resembles a mapped path.
    [InlineData("/migrations-old", "/migrations-old")]
    [InlineData("/app/migrations", "/app/migrations")]
    [InlineData("./migrations", "./migrations")]
    [InlineData("/migrations.d/x", "/migrations.d/x")]
    [InlineData("postgres://db:5432/migrations", "postgres://db:5432/migrations")]
    [InlineData("postgres://127.0.0.1/migrations", "postgres://127.0.0.1/migrations")]
    [InlineData("postgres://[::1]/migrations", "postgres://[::1]/migrations")]
    public void Mapped_paths_in_a_text_are_replaced(string text, string result)
    {
        var paths = new PathMap();
        paths.Map("/migrations/", "HERE/m");
        paths.Map("/migrations/extra", "HERE/e");

        Assert.Equal(result, paths.Replace(text));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("/app", "/host/app")]
    [InlineData("/app/bin/x", "/host/app/bin/x")]
    [InlineData("/app/data", "/host/volume")]
    [InlineData("/apple", null)]
    public void The_longest_mapped_path_takes_precedence(string path, string? target)
    {
        var paths = new PathMap();
        paths.Map("/app", "/host/app");
        paths.Map("/app/data", "/host/volume");

        Assert.Equal(target, paths.Find(path));
    }
}
