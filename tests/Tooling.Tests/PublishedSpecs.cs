using CliWrap.Buffered;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tooling.Tests;

public sealed class PublishedSpecs
{
    [Fact(Timeout = 600_000)]
    public async Task The_published_migrate_runs()
    {
        var cancel = TestContext.Current.CancellationToken;
        var binary = await MigrateBinary.GetAsync(cancel);

        var result = await Guarded.Command(binary.Path, "--help").ExecuteBufferedAsync(cancel);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(binary.Path, await MigrateBinary.PathAsync(cancel));
        Assert.Equal(binary.IsAot, !File.Exists(Path.ChangeExtension(binary.Path, ".dll")));
    }

    [Fact(Timeout = 600_000)]
    public async Task Without_a_C_linker_a_JIT_build_runs_and_the_lock_file_is_unchanged()
    {
        var cancel = TestContext.Current.CancellationToken;
        var lockFile = RepositoryRoot.Combine("migrator", "packages.lock.json");
        var before = await File.ReadAllBytesAsync(lockFile, cancel);

        var output = await MigrateBinary.Project(isAot: false).GetAsync(cancel);

        var migrate = Path.Combine(output, "migrate");
        var result = await Guarded.Command(migrate, "--help").ExecuteBufferedAsync(cancel);
        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists(Path.Combine(output, "migrate.dll")));
        Assert.Equal(before, await File.ReadAllBytesAsync(lockFile, cancel));
    }

    [Fact(Timeout = 600_000)]
    public async Task The_sample_service_is_published_with_migrate_and_its_scripts()
    {
        var cancel = TestContext.Current.CancellationToken;

        var orders = await OrdersBinary.PathAsync(1, cancel);

        Assert.True(File.Exists(orders));
        Assert.True(Directory.Exists(Path.Combine(Path.GetDirectoryName(orders)!, "migrations")));
        var migrate = Path.Combine(Path.GetDirectoryName(orders)!, "migrate");
        var result = await Guarded.Command(migrate, "--help").ExecuteBufferedAsync(cancel);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact(Timeout = 600_000)]
    public async Task A_failed_build_reports_its_output()
    {
        var cancel = TestContext.Current.CancellationToken;
        var project = new PublishedProject("migrator/Migrator.csproj", "broken", ["-p:TargetFramework=net0.0"]);

        var error = await Assert.ThrowsAsync<ToolingException>(() => project.GetAsync(cancel));

        Assert.Contains("dotnet publish migrator/Migrator.csproj failed", error.Message, StringComparison.Ordinal);
        Assert.Contains("error", error.Message, StringComparison.Ordinal);
    }
}
