namespace Migrator.Tooling.Published;

/// <summary>
/// The command <c>migrate</c>, published from this checkout: as Native AOT if a C linker works, otherwise as a JIT
/// build.
/// </summary>
/// <param name="Path">The executable's path.</param>
/// <param name="IsAot">
/// Whether it is Native AOT. A JIT build needs the .NET runtime and the other files in its folder.
/// </param>
public sealed record MigrateBinary(string Path, bool IsAot)
{
    private static readonly Lazy<Task<MigrateBinary>> s_binary = new(PublishAsync);

    /// <summary>Publishes the command, unless it has been published from the same sources.</summary>
    /// <exception cref="ToolingException">The build failed. The message contains its output.</exception>
    public static Task<MigrateBinary> GetAsync(CancellationToken cancellationToken = default) =>
        s_binary.Value.WaitAsync(cancellationToken);

    /// <summary>Publishes the command as <see cref="GetAsync"/> does, and returns its path.</summary>
    public static async Task<string> PathAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync(cancellationToken)).Path;

    internal static PublishedProject Project(bool isAot) => isAot
        ? new PublishedProject("migrator/Migrator.csproj", "migrate", ["--runtime", "linux-x64"])
        : new PublishedProject(
            "migrator/Migrator.csproj",
            "migrate-jit",
            [
                "--runtime", "linux-x64", "--self-contained", "false", "-p:PublishAot=false",
                // The committed lock file contains the AOT compiler. Without these settings, a JIT build would fail in
                // CI and would overwrite the lock file elsewhere.
                "-p:RestoreLockedMode=false",
                $"-p:NuGetLockFilePath={RepositoryRoot.Combine("artifacts", "build", "migrate-jit.lock.json")}",
            ]);

    private static async Task<MigrateBinary> PublishAsync()
    {
        var isAot = await CLinker.ExistsAsync();
        var output = await Project(isAot).GetAsync();
        return new MigrateBinary(System.IO.Path.Combine(output, "migrate"), isAot);
    }
}
