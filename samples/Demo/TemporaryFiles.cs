using Migrator.Tooling.Processes;

namespace Migrator.Demo;

/// <summary>Where the programs that the demo starts write their temporary files.</summary>
internal static class TemporaryFiles
{
    /// <summary>
    /// Gives them a folder that goes with the demo. A .NET program leaves its diagnostics sockets behind when it is
    /// killed, and an interrupted <c>dotnet publish</c> whole folders.
    /// </summary>
    public static void KeepTogether()
    {
        // NuGet's locks, which protect the user's package folder, have to be the same for all of the user's builds: they
        // stay where NuGet would have had them.
        const string NuGetScratch = "NUGET_SCRATCH";
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NuGetScratch)))
        {
            Environment.SetEnvironmentVariable(
                NuGetScratch, Path.Combine(Path.GetTempPath(), $"NuGetScratch{Environment.UserName}"));
        }

        Environment.SetEnvironmentVariable("TMPDIR", RunFolder.NewFolder("tmp"));
    }
}
