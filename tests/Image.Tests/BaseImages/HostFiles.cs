using System.Runtime.InteropServices;

namespace Migrator.Image.Tests.BaseImages;

/// <summary>
/// The files of this machine that substitute images use during a build: the .NET SDK, cached packages, and the NuGet
/// configuration.
/// </summary>
internal static class HostFiles
{
    /// <summary>The mount point of this machine's packages.</summary>
    private const string Packages = "/host-packages";

    /// <summary>The machine's architecture, as named by OCI.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.Arm64
        ? "arm64"
        : "amd64";

    /// <summary>The folder of the running .NET installation.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Returns the lines of a Dockerfile that set the SDK's environment variables.</summary>
    public static IEnumerable<string> Variables()
    {
        // A read-only fallback folder in addition to the image's own. Only packages that it does not contain are
        // downloaded.
        yield return $"ENV RestoreAdditionalProjectFallbackFolders={Packages}";
        // No build servers, because a chroot does not end their processes.
        yield return "ENV MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0";
        // The SDK also works without ICU in this mode.
        yield return "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1";
        if (Environment.GetEnvironmentVariable("NUGET_CERT_REVOCATION_MODE") is { Length: > 0 } mode)
        {
            yield return $"ENV NUGET_CERT_REVOCATION_MODE={mode}";
        }
    }

    /// <summary>Returns the options of <c>buildah build</c> that mount the files for RUN instructions.</summary>
    public static IEnumerable<string> Volumes()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        var mounts = new Dictionary<string, string>
        {
            ["/usr/share/dotnet"] = DotNet,
            [Packages] = packages,
            ["/root/.nuget/NuGet/NuGet.Config"] = Path.Combine(home, ".nuget", "NuGet", "NuGet.Config"),
            ["/etc/ssl/certs/ca-certificates.crt"] =
                Environment.GetEnvironmentVariable("SSL_CERT_FILE") ?? "/etc/ssl/certs/ca-certificates.crt",
        };
        return mounts
            .Where(mount => Path.Exists(mount.Value))
            .SelectMany(mount => (string[])["--volume", $"{mount.Value}:{mount.Key}:ro"]);
    }
}
