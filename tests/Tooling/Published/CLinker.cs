using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Published;

/// <summary>Whether this machine can build Native AOT, which links with clang or gcc.</summary>
internal static class CLinker
{
    private static readonly Lazy<Task<bool>> s_exists = new(TryAsync);

    /// <summary>
    /// Whether a program can really be linked: a compiler without the C library's development files cannot. (zlib's are
    /// not needed: .NET 10 brings its own and links it statically.)
    /// </summary>
    public static Task<bool> ExistsAsync() => s_exists.Value;

    private static async Task<bool> TryAsync()
    {
        using var temp = new TempFolder();
        var source = Path.Combine(temp.Path, "main.c");
        await File.WriteAllTextAsync(source, "int main(void) { return 0; }\n");

        // The order in which the SDK looks for them; it takes the first that is there.
        foreach (var compiler in (string[])["clang", "gcc"])
        {
            var result = await Guarded.Command(compiler, source, "-lm", "-o", Path.Combine(temp.Path, "main"))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync();
            if (result.ExitCode != Guarded.NotFound)
            {
                return result.IsSuccess;
            }
        }

        return false;
    }
}
