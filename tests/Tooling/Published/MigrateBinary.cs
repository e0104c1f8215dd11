namespace Migrator.Tooling.Published;

/// <summary>
/// The command <c>migrate</c> as users get it: published from this checkout, as Native AOT where that can be built.
/// </summary>
/// <param name="Path">The executable's path.</param>
/// <param name="IsAot">Whether it is Native AOT; otherwise it needs the .NET runtime and the files beside it.</param>
public sealed record MigrateBinary(string Path, bool IsAot)
{
    private static readonly Lazy<Task<MigrateBinary>> s_binary = new(PublishAsync);

    /// <summary>Publishes it once per content of its sources.</summary>
    /// <exception cref="ToolingException">The build failed; the message has its output.</exception>
    public static Task<MigrateBinary> GetAsync(CancellationToken cancellationToken = default) =>
        s_binary.Value.WaitAsync(cancellationToken);

    /// <summary>The executable's path, published as in <see cref="GetAsync"/>.</summary>
    public static async Task<string> PathAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync(cancellationToken)).Path;

    internal static PublishedProject Project(bool isAot) => isAot
        ? new PublishedProject("migrator/Migrator.csproj", "migrate", ["--runtime", "linux-x64"])
        : new PublishedProject(
            "migrator/Migrator.csproj",
            "migrate-jit",
            [
                "--runtime", "linux-x64", "--self-contained", "false", "-p:PublishAot=false",
                // The committed lock file is that of the AOT build, with its compiler: this one is neither to be
                // refused for it (CI) nor to overwrite it (elsewhere).
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
