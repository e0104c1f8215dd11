using System.Collections.Concurrent;

namespace Migrator.Tooling.Published;

/// <summary>
/// The sample service in its versions. As in the image, <c>migrate</c> and the folder <c>migrations</c> are in
/// the folder of the service.
/// </summary>
public static class OrdersBinary
{
    /// <summary>The newest version.</summary>
    public const int Newest = 5;

    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> s_paths = new();

    /// <summary>
    /// Publishes a version if necessary, and returns the path of its executable <c>orders</c>.
    /// </summary>
    /// <param name="version">1 to <see cref="Newest"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ToolingException">The build failed. The message contains its output.</exception>
    public static Task<string> PathAsync(int version, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, Newest);
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
    /// Copies files that do not exist in the target. A JIT build of migrate includes libraries, and the service already
    /// has some of them in the same version.
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
