using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.StandIns;

/// <summary>
/// Base images made here, of Debian's packages and this machine's .NET, for where the registry of the real ones cannot be
/// reached. They hold what the real ones do, as far as the Dockerfiles and the programs can tell.
/// </summary>
internal sealed class StandInImages(BuildahTool buildah)
{
    // The "slices" of Microsoft's chiseled images (src/runtime-deps in dotnet/dotnet-docker): libraries alone; the last
    // two are what Debian's OpenSSL is linked with.
    private static readonly string[] s_libraries = ["libc6", "libgcc-s1", "libssl3t64", "libstdc++6", "zlib1g", "libzstd1"];

    private readonly Dictionary<StandIn, string> _names = [];

    /// <summary>The name of the image in the store, made at the first call. Not for calls at the same time.</summary>
    public async Task<string> GetAsync(StandIn standIn, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(standIn, out var name))
        {
            name = $"localhost/stand-in-{standIn}".ToLowerInvariant();
            await CreateAsync(standIn, name, cancellationToken);
            _names.Add(standIn, name);
        }

        return name;
    }

    private async Task CreateAsync(StandIn standIn, string name, CancellationToken cancellationToken)
    {
        switch (standIn)
        {
            case StandIn.Sdk:
                var debian = await DebianRoot.GetAsync(cancellationToken);
                await FromFolderAsync(name, debian, HostFiles.Variables(), cancellationToken);
                break;
            default:
                using (var root = new TempFolder())
                {
                    await CopyLibrariesAsync(root.Path, cancellationToken);
                    if (standIn is StandIn.AspNet)
                    {
                        await CopyRuntimeAsync(root.Path, cancellationToken);
                    }

                    await FromFolderAsync(
                        name, root.Path, ["ENV DOTNET_RUNNING_IN_CONTAINER=true", "USER 1654"], cancellationToken);
                }

                break;
        }
    }

    private async Task FromFolderAsync(
        string name, string folder, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        using var temp = new TempFolder();
        var dockerfile = Path.Combine(temp.Path, "Dockerfile");
        await File.WriteAllLinesAsync(dockerfile, ["FROM scratch", "COPY . /", .. lines], cancellationToken);
        await buildah.BuildFileAsync(name, dockerfile, folder, [], cancellationToken);
    }

    private static async Task CopyLibrariesAsync(string root, CancellationToken cancellationToken)
    {
        var debian = await DebianRoot.GetAsync(cancellationToken);
        foreach (var link in (string[])["bin", "lib", "lib64", "sbin"])
        {
            File.CreateSymbolicLink(Path.Combine(root, link), $"usr/{link}");
        }

        var owned = await Tool.RunAsync(
            ["dpkg-query", $"--admindir={debian}/var/lib/dpkg", "--listfiles", .. s_libraries], cancellationToken);
        var files = owned.Split('\n')
            .Where(file => file.StartsWith("/usr/lib", StringComparison.Ordinal) && File.Exists(debian + file))
            .Append("/etc/ssl/certs/ca-certificates.crt");
        await Tool.RunAsync(
            ["env", "-C", debian, "cp", "-a", "--parents", .. files.Select(file => file[1..]), root], cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(root, "etc/passwd"), "root:x:0:0::/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n", cancellationToken);
    }

    private static Task<string> CopyRuntimeAsync(string root, CancellationToken cancellationToken)
    {
        var target = Directory.CreateDirectory(Path.Combine(root, "usr/share/dotnet")).FullName;
        return Tool.RunAsync(
            ["cp", "-a", .. ((string[])["dotnet", "host", "shared"]).Select(part => Path.Combine(HostFiles.DotNet, part)), target],
            cancellationToken);
    }
}
