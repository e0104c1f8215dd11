using System.Text;
using CliWrap.Buffered;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Language;

/// <summary>The text files that git tracks.</summary>
internal static class TrackedFiles
{
    private static readonly string[] Generated = [".svg", ".sln", "/packages.lock.json", "/package-lock.json"];

    /// <summary>
    /// Reads all tracked files, except for lock files, generated files and files that are not UTF-8 text.
    /// Paths are relative to the root of the repository.
    /// </summary>
    public static async Task<IReadOnlyList<(string Path, string Text)>> ReadAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var result = await Guarded.Command("git", "-C", RepositoryRoot.Path, "ls-files", "-z").ExecuteBufferedAsync(cancellation);
        var files = new List<(string, string)>();
        foreach (string path in result.StandardOutput.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            string file = RepositoryRoot.Combine(path);
            // A file that was deleted in the working tree stays in the index until it is staged.
            if (!Generated.Any(end => path.EndsWith(end, StringComparison.Ordinal)) && File.Exists(file)
                && TryDecode(await File.ReadAllBytesAsync(file, cancellation)) is { } text)
            {
                files.Add((path, text));
            }
        }

        return files;
    }

    private static string? TryDecode(byte[] content)
    {
        if (content.AsSpan().Contains((byte)0))
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
