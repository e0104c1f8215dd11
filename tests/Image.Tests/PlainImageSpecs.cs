using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>The image as it is, with scripts mounted, on a root that cannot be written to, over TLS.</summary>
public sealed class PlainImageSpecs(TlsServer server) : IClassFixture<TlsServer>
{
    private static readonly string s_scripts = RepositoryRoot.Combine("samples", "Orders", "migrations", "v1");

    [Fact(Timeout = Limits.Build)]
    public async Task It_applies_the_scripts_that_are_mounted()
    {
        var image = await Images.MigratorAsync();
        var database = await server.CreateDatabaseAsync();

        var run = await RanImage.SucceedAsync(image, On(database, server.Authority));

        Assert.Equal(["1", "2", "3", "4"], await server.AppliedAsync(database));
        // No library that it looks for and does not find, no folder that it could not write to.
        Assert.DoesNotContain("library", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("read-only", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("denied", run.Stderr, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task It_refuses_a_server_whose_certificate_another_authority_has_signed()
    {
        var image = await Images.MigratorAsync();
        var database = await server.CreateDatabaseAsync();

        var run = await RanImage.RunAsync(image, On(database, server.Stranger) with { Arguments = ["up", "--connect-wait=0s"] });

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("certificate", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await server.QueryAsync(database, "SELECT relname::text FROM pg_class WHERE relname = 'changelog'"));
    }

    [Fact(Timeout = Limits.Build)]
    public async Task Without_scripts_it_fails_instead_of_having_nothing_to_do()
    {
        var image = await Images.MigratorAsync();

        var run = await RanImage.RunAsync(image, new ContainerRun
        {
            Environment = server.Settings("postgres"),
            Mounts = new Dictionary<string, string> { ["/tls/ca.crt"] = server.Authority },
        });

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("/migrations", run.Stderr, StringComparison.Ordinal);
    }

    private ContainerRun On(string database, string authority) => new()
    {
        Environment = server.Settings(database),
        Mounts = new Dictionary<string, string> { [Readme.MountPoint] = s_scripts, ["/tls/ca.crt"] = authority },
    };
}
