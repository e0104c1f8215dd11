using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Published;

/// <summary>Checks whether this machine can build Native AOT, which links with clang or gcc.</summary>
internal static class CLinker
{
    private static readonly Lazy<Task<bool>> s_exists = new(TryAsync);

    /// <summary>
    /// Links a test program, and returns whether that worked. A compiler without the C library's development files is
    /// not enough. The development files of zlib are not required, because .NET 10 links its own zlib statically.
    /// </summary>
    public static Task<bool> ExistsAsync() => s_exists.Value;

    private static async Task<bool> TryAsync()
    {
        using var temp = new TempFolder();
        var source = Path.Combine(temp.Path, "main.c");
        await File.WriteAllTextAsync(source, "int main(void) { return 0; }\n");

        // The SDK uses the first compiler that it finds, in this order.
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
