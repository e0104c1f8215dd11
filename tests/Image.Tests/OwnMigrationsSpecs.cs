using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>An image of migrations alone: <c>FROM migrator</c> and a <c>COPY</c>, as the README has it.</summary>
public sealed class OwnMigrationsSpecs(TlsServer server) : IClassFixture<TlsServer>
{
    [Fact(Timeout = Limits.Build)]
    public async Task I_can_put_my_migrations_into_an_image_with_the_readme_s_two_lines()
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
