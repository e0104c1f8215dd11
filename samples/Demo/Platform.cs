using System.Runtime.InteropServices;
using Migrator.Tooling;

namespace Migrator.Demo;

/// <summary>Where the demo can run: the pinned PostgreSQL and the published programs are of one kind.</summary>
internal static class Platform
{
    /// <exception cref="ToolingException">This is not Linux x64.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw new ToolingException(
                "The demo's PostgreSQL and programs are for Linux x64; this is "
                + $"{RuntimeInformation.RuntimeIdentifier}. A container or virtual machine with Linux x64 will do.");
        }
    }
}
