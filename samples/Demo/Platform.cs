using System.Runtime.InteropServices;
using Migrator.Tooling;

namespace Migrator.Demo;

/// <summary>Checks the platform: the pinned PostgreSQL and the published programs are for Linux x64.</summary>
internal static class Platform
{
    /// <exception cref="ToolingException">This is not Linux x64.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw new ToolingException(
                "The demo needs Linux x64. This machine is "
                + $"{RuntimeInformation.RuntimeIdentifier}. Run the demo in a container or virtual machine with Linux x64.");
        }
    }
}
