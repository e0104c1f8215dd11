using Migrator.Image.Tests.Building;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.BaseImages;

/// <summary>
/// Creates substitutes of the base images from Debian's packages and this machine's .NET, for machines that cannot
/// reach the registry. They contain everything that the Dockerfiles and the programs need.
/// </summary>
internal sealed class SubstituteImages(BuildahTool buildah)
{
    // The packages of Microsoft's chiseled images (src/runtime-deps in dotnet/dotnet-docker), libraries only. The last
    // two are dependencies of Debian's OpenSSL.
    private static readonly string[] s_libraries = ["libc6", "libgcc-s1", "libssl3t64", "libstdc++6", "zlib1g", "libzstd1"];

    private readonly Dictionary<BaseImageKind, string> _names = [];

    /// <summary>Returns the name of an image in the store. The first call creates the image. Not thread-safe.</summary>
    public async Task<string> GetAsync(BaseImageKind kind, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(kind, out var name))
        {
            name = $"localhost/substitute-{kind}".ToLowerInvariant();
            await CreateAsync(kind, name, cancellationToken);
            _names.Add(kind, name);
        }

        return name;
    }

    private async Task CreateAsync(BaseImageKind kind, string name, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case BaseImageKind.Sdk:
                var debian = await DebianRoot.GetAsync(cancellationToken);
                await FromFolderAsync(name, debian, HostFiles.Variables(), cancellationToken);
                break;
            default:
                using (var root = new TempFolder())
                {
                    await CopyLibrariesAsync(root.Path, cancellationToken);
                    if (kind is BaseImageKind.AspNet)
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
