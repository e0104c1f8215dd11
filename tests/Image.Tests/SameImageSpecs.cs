using System.Globalization;
using Migrator.Image.Tests.Building;
using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Tests the image of the sample service, which contains server, migrations and <c>migrate</c>.</summary>
public sealed class SameImageSpecs(TlsServer server) : IClassFixture<TlsServer>
{
    [Theory(Timeout = Limits.Build)]
    [InlineData(1, 4)]
    [InlineData(2, 9)]
    [InlineData(5, 16)]
    public async Task Each_version_contains_its_own_migrations(int version, int newest)
    {
        var image = await Images.OrdersAsync(version);

        var response = await RanImage.SucceedAsync(image, new ContainerRun { Command = ["migrate", "validate", "--offline"] });

        var scripts = Directory.EnumerateFiles(Path.Combine(await image.RootAsync(), "app/migrations"), "V*.sql", SearchOption.AllDirectories)
            .Select(file => int.Parse(Path.GetFileName(file)[1..].Split("__")[0], CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, newest), scripts.Order());
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", image.Config.User);
        Assert.Empty(response.Stderr);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_next_version_migrates_the_database_of_the_previous_version_and_serves()
    {
        var database = await server.CreateDatabaseAsync();

        await RanImage.SucceedAsync(await Images.OrdersAsync(1), On(database) with { Command = ["migrate", "up"] });
        Assert.Equal(["1", "2", "3", "4"], await server.AppliedAsync(database));

        var v2 = await Images.OrdersAsync(2);
        await RanImage.SucceedAsync(v2, On(database) with { Arguments = ["migrate", "up"] });
        Assert.Equal(9, (await server.AppliedAsync(database)).Count);

        Assert.Contains("v2", await GetFromServerAsync(v2, On(database), "/version"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_readmes_lines_add_the_command_to_another_image()
    {
        using var dockerfile = TestDockerfile.Of(
            [RootDockerfile.BaseLine, "FROM ${BASE_IMAGE}", .. Readme.Dockerfile("COPY --from=migrator").Split('\n')]);
        await dockerfile.AddMigrationAsync();
        var database = await server.CreateDatabaseAsync();

        var image = await Images.BuildAsync(dockerfile.Build("mine") with
        {
            From = await Images.MigratorAsync(),
            Bases = new Dictionary<string, BaseImageKind> { ["BASE_IMAGE"] = BaseImageKind.RuntimeDeps },
        });
        await RanImage.SucceedAsync(image, On(database) with { Command = ["migrate", "up", "--dir=/migrations"] });

        Assert.Equal(["1"], await server.AppliedAsync(database));
    }

    /// <summary>Starts the server of the image, sends a request, and returns the response.</summary>
    private static async Task<string> GetFromServerAsync(BuiltImage image, ContainerRun run, string path)
    {
        var cancel = TestContext.Current.CancellationToken;
        var port = FreePort.Next();
        var command = await (await ImageTool.GetAsync()).CommandAsync(
            image,
            run with
            {
                Environment = new Dictionary<string, string>(run.Environment) { ["PORT"] = $"{port}", ["POD_IP"] = "127.0.0.1" },
            },
            cancel);
        using var folder = new TempFolder();
        var log = Path.Combine(folder.Path, "log");
        await using var process = GuardedProcess.Start(command[0], command.Skip(1), log, folder.Path);
        using var http = new HttpClient();
        while (!process.HasExited)
        {
            try
            {
                var response = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}{path}"), cancel);
                process.Send(Signal.Terminate);
                Assert.Equal(0, await process.WaitAsync(cancel));
                return response;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, cancel);
            }
        }

        throw new InvalidOperationException($"The server exited: {await File.ReadAllTextAsync(log, cancel)}");
    }

    private ContainerRun On(string database) => new()
    {
        Environment = server.Settings(database),
        Mounts = new Dictionary<string, string> { ["/tls/ca.crt"] = server.Authority },
    };
}
