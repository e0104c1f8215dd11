using System.Collections.Concurrent;

namespace Migrator.Tooling.Published;

/// <summary>
/// The sample service, in its three versions, each with <c>migrate</c> and its <c>migrations</c> beside it as in its
/// image.
/// </summary>
public static class OrdersBinary
{
    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> s_paths = new();

    /// <summary>
    /// The path of the executable <c>orders</c>; the folder <c>migrations</c> and the executable <c>migrate</c> are
    /// beside it.
    /// </summary>
    /// <param name="version">1, 2 or 3.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ToolingException">The build failed; the message has its output.</exception>
    public static Task<string> PathAsync(int version, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, 3);
        return s_paths.GetOrAdd(version, _ => new Lazy<Task<string>>(() => PublishAsync(version))).Value
            .WaitAsync(cancellationToken);
    }

    private static async Task<string> PublishAsync(int version)
    {
        var migrate = Path.GetDirectoryName(await MigrateBinary.PathAsync())!;
        var project = new PublishedProject(
            "samples/Orders/Orders.csproj", $"orders/{version}", [$"-p:OrdersVersion={version}"])
        {
            ExtraInput = migrate,
            Finish = output => AddMissing(migrate, output),
        };
        return Path.Combine(await project.GetAsync(), "orders");
    }

    /// <summary>
    /// A JIT build of migrate comes with its libraries, of which the service has some (of the same central version)
    /// already.
    /// </summary>
    private static void AddMissing(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            if (!File.Exists(copy))
            {
                File.Copy(file, copy);
            }
        }
    }
}
