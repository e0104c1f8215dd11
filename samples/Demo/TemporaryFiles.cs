using Migrator.Tooling.Processes;

namespace Migrator.Demo;

/// <summary>Sets the folder for temporary files of the programs that the demo starts.</summary>
internal static class TemporaryFiles
{
    /// <summary>
    /// Sets <c>TMPDIR</c> to a folder that is removed when the demo ends. A killed .NET program leaves its diagnostics
    /// sockets there, and an interrupted <c>dotnet publish</c> leaves folders.
    /// </summary>
    public static void UseOneFolder()
    {
        // NuGet's lock files protect the user's package folder, so all builds of the user must use the same ones. They
        // stay in NuGet's default folder.
        const string NuGetScratch = "NUGET_SCRATCH";
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NuGetScratch)))
        {
            Environment.SetEnvironmentVariable(
                NuGetScratch, Path.Combine(Path.GetTempPath(), $"NuGetScratch{Environment.UserName}"));
        }

        Environment.SetEnvironmentVariable("TMPDIR", RunFolder.NewFolder("tmp"));
    }
}
