using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests.Support;

/// <summary>A Dockerfile for one test, in a folder that is also the build context.</summary>
internal sealed class TestDockerfile : IDisposable
{
    private readonly TempFolder _folder = new();

    private TestDockerfile(IEnumerable<string> lines) => File.WriteAllLines(Path.Combine(Context, "Dockerfile"), lines);

    /// <summary>The folder of the build context.</summary>
    public string Context => _folder.Path;

    public static TestDockerfile Of(params IEnumerable<string> lines) => new(lines);

    /// <summary>Adds a migration with version 1 to the folder <c>migrations</c> of the context.</summary>
    public async Task AddMigrationAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Context, "migrations")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "V1__create_things.sql"),
            "CREATE TABLE things (id int);\n",
            TestContext.Current.CancellationToken);
    }

    /// <summary>Returns the build of this Dockerfile.</summary>
    public ImageBuild Build(string name) => new(name, Path.Combine(Context, "Dockerfile"), Context);

    public void Dispose() => _folder.Dispose();
}
