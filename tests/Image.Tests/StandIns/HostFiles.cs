using System.Runtime.InteropServices;

namespace Migrator.Image.Tests.StandIns;

/// <summary>
/// What a stand-in takes from this machine while a Dockerfile is built: the .NET SDK, the packages that are fetched
/// already, and how NuGet is reached.
/// </summary>
internal static class HostFiles
{
    /// <summary>Where the packages of this machine appear.</summary>
    private const string Packages = "/host-packages";

    /// <summary>The machine's architecture, as OCI calls it.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.Arm64
        ? "arm64"
        : "amd64";

    /// <summary>The folder of the .NET that runs this.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Lines of a Dockerfile that set what the SDK needs to know.</summary>
    public static IEnumerable<string> Variables()
    {
        // Read-only, beside the image's own folder: what is here need not be fetched, what is not can be.
        yield return $"ENV RestoreAdditionalProjectFallbackFolders={Packages}";
        // A chroot does not end what was started in it, so nothing may stay behind to serve the next build.
        yield return "ENV MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0";
        // Without ICU, which the SDK is content with.
        yield return "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1";
        if (Environment.GetEnvironmentVariable("NUGET_CERT_REVOCATION_MODE") is { Length: > 0 } mode)
        {
            yield return $"ENV NUGET_CERT_REVOCATION_MODE={mode}";
        }
    }

    /// <summary>Options of <c>buildah build</c> that mount it, for the steps that run a command.</summary>
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
