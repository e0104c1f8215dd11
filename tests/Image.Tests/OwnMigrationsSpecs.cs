using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>
/// Tests an image that adds migrations to the migrator image, as in the README: <c>FROM migrator</c> and a <c>COPY</c>.
/// </summary>
public sealed class OwnMigrationsSpecs(TlsServer server) : IClassFixture<TlsServer>
{
    [Fact(Timeout = Limits.Build)]
    public async Task The_readmes_two_lines_build_an_image_with_migrations()
    {
        var migrator = await Images.MigratorAsync();
        using var dockerfile = TestDockerfile.Of(Readme.Dockerfile("FROM migrator\n").Split('\n'));
        await dockerfile.AddMigrationAsync();
        var database = await server.CreateDatabaseAsync();

        var image = await Images.BuildAsync(dockerfile.Build("own-migrations") with { From = migrator });
        await RanImage.SucceedAsync(image, new ContainerRun
        {
            Environment = server.Settings(database),
            Mounts = new Dictionary<string, string> { ["/tls/ca.crt"] = server.Authority },
        });

        Assert.Equal(["1"], await server.AppliedAsync(database));
        Assert.Equal(migrator.Config.User, image.Config.User);
    }
}
