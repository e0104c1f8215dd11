using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>A Dockerfile of a test's own, in a folder of its own that is also its context.</summary>
internal sealed class TestDockerfile : IDisposable
{
    private readonly TempFolder _folder = new();

    private TestDockerfile(IEnumerable<string> lines) => File.WriteAllLines(Path.Combine(Context, "Dockerfile"), lines);

    /// <summary>The context.</summary>
    public string Context => _folder.Path;

    public static TestDockerfile Of(params IEnumerable<string> lines) => new(lines);

    /// <summary>Puts a migration, version 1, into the context's <c>migrations</c>.</summary>
    public async Task AddMigrationAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Context, "migrations")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "V1__create_things.sql"),
            "CREATE TABLE things (id int);\n",
            TestContext.Current.CancellationToken);
    }

    /// <summary>An image of that Dockerfile.</summary>
    public ImageBuild Build(string name) => new(name, Path.Combine(Context, "Dockerfile"), Context);

    public void Dispose() => _folder.Dispose();
}
