using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Tests the unchanged image with mounted scripts, a read-only root file system and TLS.</summary>
public sealed class PlainImageSpecs(TlsServer server) : IClassFixture<TlsServer>
{
    private static readonly string s_scripts = RepositoryRoot.Combine("samples", "Orders", "migrations", "v1");

    [Fact(Timeout = Limits.Build)]
    public async Task Mounted_scripts_are_applied()
    {
        var image = await Images.MigratorAsync();
        var database = await server.CreateDatabaseAsync();

        var run = await RanImage.SucceedAsync(image, On(database, server.Authority));

        Assert.Equal(["1", "2", "3", "4"], await server.AppliedAsync(database));
        // stderr reports no missing library and no failed write to the file system.
        Assert.DoesNotContain("library", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("read-only", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("denied", run.Stderr, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task A_server_certificate_of_another_authority_is_rejected()
    {
        var image = await Images.MigratorAsync();
        var database = await server.CreateDatabaseAsync();

        var run = await RanImage.RunAsync(image, On(database, server.OtherAuthority) with { Arguments = ["up", "--connect-wait=0s"] });

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("certificate", run.Stderr, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await server.QueryAsync(database, "SELECT relname::text FROM pg_class WHERE relname = 'changelog'"));
    }

    [Fact(Timeout = Limits.Build)]
    public async Task Without_scripts_the_command_fails_with_2()
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
