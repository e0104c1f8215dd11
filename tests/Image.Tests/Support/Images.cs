using System.Collections.Concurrent;
using Migrator.Image.Tests.Building;
using Migrator.Tooling;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>The images of this repository. An image is built again only after a change of its sources.</summary>
internal static class Images
{
    /// <summary>
    /// A version that no file in the repository contains, so it can only come from the build argument.
    /// </summary>
    public const string Version = "9.8.7-test";

    private const string Archive = "image.tar";

    private static readonly ConcurrentDictionary<string, Lazy<Task<BuiltImage>>> s_built = new();

    /// <summary>Returns the migrator image for this machine's architecture.</summary>
    public static Task<BuiltImage> MigratorAsync() => BuildAsync(Migrator("migrator"));

    /// <summary>
    /// Returns the migrator image for arm64 on any machine. It can be read, but not run: a substitute base image has
    /// this machine's architecture, because buildah 1.28 uses the platform of the first FROM for all stages.
    /// </summary>
    public static Task<BuiltImage> MigratorForArm64Async() =>
        BuildAsync(Migrator("migrator-arm64") with { Architecture = "arm64" });

    /// <summary>Returns the base image of the migrator image.</summary>
    public static async Task<BuiltImage> MigratorBaseAsync()
    {
        using var dockerfile = TestDockerfile.Of(RootDockerfile.BaseLine, "FROM ${BASE_IMAGE}");
        return await BuildAsync(dockerfile.Build("migrator-base") with
        {
            Bases = new Dictionary<string, BaseImageKind> { ["BASE_IMAGE"] = BaseImageKind.RuntimeDeps },
            Hash = Hash("migrator"),
        });
    }

    /// <summary>Returns the image of the sample service.</summary>
    /// <param name="version">1 to 5.</param>
    public static async Task<BuiltImage> OrdersAsync(int version)
    {
        var migrator = await MigratorAsync();
        return await BuildAsync(
            new ImageBuild($"orders-{version}", RepositoryRoot.Combine("samples", "Orders", "Dockerfile"), RepositoryRoot.Path)
            {
                From = migrator,
                Arguments = new Dictionary<string, string> { ["ORDERS_VERSION"] = $"{version}" },
                Bases = new Dictionary<string, BaseImageKind> { ["SDK_IMAGE"] = BaseImageKind.Sdk, ["BASE_IMAGE"] = BaseImageKind.AspNet },
                Hash = SourceHash.Of("samples/Orders", Hash("migrator")),
            });
    }

    /// <summary>
    /// Builds an image or returns a cached one. Without a tool to build images, the calling test is skipped.
    /// </summary>
    public static async Task<BuiltImage> BuildAsync(ImageBuild build)
    {
        var tool = await ImageTool.GetAsync();
        // Not cancelled with the first test that needs the image, because other tests wait for it too.
        return await s_built.GetOrAdd(build.Name, _ => new(() => Task.Run(() => BuildAsync(tool, build))))
            .Value.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static ImageBuild Migrator(string name) =>
        new(name, RootDockerfile.Path, RepositoryRoot.Path)
        {
            Arguments = new Dictionary<string, string> { ["VERSION"] = Version },
            Bases = new Dictionary<string, BaseImageKind> { ["SDK_IMAGE"] = BaseImageKind.Sdk, ["BASE_IMAGE"] = BaseImageKind.RuntimeDeps },
            Hash = Hash("migrator"),
        };

    private static async Task<BuiltImage> BuildAsync(IImageTool tool, ImageBuild build)
    {
        if (build.Hash is null)
        {
            var archive = Path.Combine(RunFolder.NewFolder("built"), Archive);
            await tool.BuildAsync(build, archive, CancellationToken.None);
            return await BuiltImage.OpenAsync(build.Name, archive, CancellationToken.None);
        }

        var images = RepositoryRoot.Combine("artifacts", "images", build.Name);
        var folder = await CacheEntry.GetOrCreateAsync(
            Path.Combine(images, $"{tool.Name}-{build.Hash}"),
            async (partial, cancel) =>
            {
                await tool.BuildAsync(build, Path.Combine(partial, Archive), cancel);
                // Keeps only the newest version of each image.
                foreach (var old in Directory.EnumerateDirectories(images).Where(old => old != partial))
                {
                    Directory.Delete(old, recursive: true);
                }
            },
            CancellationToken.None);
        return await BuiltImage.OpenAsync(build.Name, Path.Combine(folder, Archive), CancellationToken.None);
    }

    // Includes the sources of the substitute images.
    private static string Hash(string project) => SourceHash.Of(
        project,
        [
            SourceHash.Of("tests/Image.Tests/BaseImages"),
            .. ((string[])["Dockerfile", ".dockerignore"]).Select(name => File.ReadAllText(RepositoryRoot.Combine(name))),
            Environment.Version.ToString(),
        ]);
}
