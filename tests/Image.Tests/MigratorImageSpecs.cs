using System.Formats.Tar;
using Migrator.Image.Tests.Building;
using Migrator.Image.Tests.Running;
using Migrator.Image.Tests.Support;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Tests the content and the configuration of the migrator image.</summary>
public sealed class MigratorImageSpecs
{
    // 8.5 MB on linux-x64. The tables of SASLprep take 0.1 MB of it, and the HTTP client for the API of Kubernetes 0.3 MB.
    private const long MaxCompressedSize = 8_800_000;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    [Fact(Timeout = Limits.Build)]
    public async Task The_user_is_numeric_and_not_root()
    {
        var image = await Images.MigratorAsync();

        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", image.Config.User);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_default_command_is_migrate_up()
    {
        var image = await Images.MigratorAsync();

        Assert.Equal(["migrate"], image.Config.Entrypoint);
        Assert.Equal(["up", "--dir=/migrations"], image.Config.Command);
        Assert.Equal("/migrations", image.Config.Environment["MIGRATE_DIR"]);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_image_adds_one_file_to_its_base_and_only_root_can_change_it()
    {
        var added = (await AddedLayersAsync()).SelectMany(layer => layer.Entries()).ToList();

        Assert.Equal("usr/local/bin/migrate", Assert.Single(added, entry => entry.EntryType is not TarEntryType.Directory).Name);
        Assert.All(added, entry => Assert.Contains(entry.Name, (string[])["usr", "usr/local", "usr/local/bin", "usr/local/bin/migrate"]));
        Assert.All(added, entry => Assert.Equal((0, 0), (entry.Uid, entry.Gid)));
        Assert.All(added, entry => Assert.Equal(UnixFileMode.None, entry.Mode & WritableByOthers));
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_added_layers_are_small()
    {
        var size = (await AddedLayersAsync()).Sum(layer => layer.CompressedSize());

        Assert.InRange(size, 1, MaxCompressedSize);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_image_has_no_shell_no_package_manager_and_no_setuid_programs()
    {
        var image = await Images.MigratorAsync();
        string[] unwanted = ["sh", "bash", "dash", "ash", "busybox", "env", "perl", "python3", "apt", "apt-get", "dpkg", "apk"];

        var entries = image.Layers.SelectMany(layer => layer.Entries()).ToList();

        Assert.DoesNotContain(entries, entry => unwanted.Contains(Path.GetFileName(entry.Name)) && entry.EntryType is not TarEntryType.Directory);
        Assert.DoesNotContain(entries, entry => (entry.Mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0
            && entry.EntryType is not TarEntryType.Directory);
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_label_and_the_command_show_the_version_of_the_build()
    {
        var image = await Images.MigratorAsync();

        var response = await RanImage.SucceedAsync(image, new ContainerRun { Arguments = ["version"] });

        Assert.Equal(Images.Version, image.Config.Labels["org.opencontainers.image.version"]);
        Assert.Equal("migrator", image.Config.Labels["org.opencontainers.image.title"]);
        Assert.Equal($"migrate {Images.Version}", response.Stdout.Trim());
    }

    [Fact(Timeout = Limits.Build)]
    public async Task The_arm64_image_contains_an_arm64_program()
    {
        var image = await Images.MigratorForArm64Async();

        Assert.Equal("arm64", image.Config.Architecture);
        Assert.Equal("arm64", Elf.Architecture(await ProgramAsync(image)));
    }

    [Theory(Timeout = Limits.Build)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_program_runs_with_the_glibc_of_older_distributions(bool isArm64)
    {
        var image = await (isArm64 ? Images.MigratorForArm64Async() : Images.MigratorAsync());

        // RHEL 9 and Amazon Linux 2023 have 2.34, Ubuntu 22.04 2.35, Debian 12 2.36.
        Assert.InRange(Elf.Glibc(await ProgramAsync(image)), new Version(2, 17), new Version(2, 34));
    }

    private static async Task<byte[]> ProgramAsync(BuiltImage image) => await File.ReadAllBytesAsync(
        Path.Combine(await image.RootAsync(), "usr/local/bin/migrate"), TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<Layer>> AddedLayersAsync()
    {
        var image = await Images.MigratorAsync();
        var baseImage = await Images.MigratorBaseAsync();
        Assert.Equal(baseImage.Config.LayerDigests, image.Config.LayerDigests.Take(baseImage.Layers.Count));
        return image.Layers.Skip(baseImage.Layers.Count);
    }
}
