using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>A container's program cannot be started.</summary>
/// <param name="message">The reason, worded as by the container runtime.</param>
internal sealed class ContainerStartException(string message) : Exception(message);

/// <summary>The process of a container on this machine.</summary>
/// <param name="Program">The program's absolute path.</param>
/// <param name="Arguments">The program's arguments.</param>
/// <param name="WorkingDirectory">The working directory.</param>
/// <param name="Environment">
/// The environment of the process. The value null removes a variable of the current process.
/// </param>
internal sealed record ContainerCommand(
    string Program, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string?> Environment);

/// <summary>Builds the command of a container from its image and its spec.</summary>
/// <param name="image">The image.</param>
/// <param name="container">The container's spec.</param>
/// <param name="paths">Maps the paths of the image's files and of the mounts.</param>
/// <param name="root">The folder for all other paths: the container's root file system.</param>
internal sealed class ContainerCommandBuilder(ImageProgram image, JsonObject container, PathMap paths, string root)
{
    // The PATH that a container runtime sets if the image has none.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Builds the command of the container's main process.</summary>
    /// <exception cref="ContainerStartException">The image does not contain the program.</exception>
    public ContainerCommand Main(IReadOnlyDictionary<string, string> environment, string hostName)
    {
        string[] command = [.. container.Texts("command").Select(Expand)];
        string[] arguments = [.. container.Texts("args").Select(Expand)];
        string[] words = (command.Length, arguments.Length) switch
        {
            (0, 0) => [.. image.Entrypoint, .. image.Command],
            (0, _) => [.. image.Entrypoint, .. arguments],
            _ => [.. command, .. arguments],
        };
        return Make(words, environment, hostName, trustAbsolute: command.Length == 0);

        string Expand(string text) => ContainerEnvironment.Expand(text, environment);
    }

    /// <summary>Builds the command of another process in the container, such as an exec probe or a hook.</summary>
    /// <exception cref="ContainerStartException">The image does not contain the program.</exception>
    public ContainerCommand Exec(
        IEnumerable<string> words, IReadOnlyDictionary<string, string> environment, string hostName) =>
        Make([.. words], environment, hostName, trustAbsolute: false);

    private ContainerCommand Make(
        string[] words, IReadOnlyDictionary<string, string> environment, string hostName, bool trustAbsolute)
    {
        if (words.Length == 0)
        {
            throw new ContainerStartException("failed to generate container spec: no command specified");
        }

        var all = new Dictionary<string, string>(image.Environment);
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return new ContainerCommand(
            FindProgram(words[0], all.GetValueOrDefault("PATH", DefaultPath), trustAbsolute),
            [.. words[1..].Select(paths.Replace)],
            WorkingDirectory(),
            EnvironmentOf(all, hostName));
    }

    private string FindProgram(string name, string path, bool trustAbsolute)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            if (paths.Find(name) is { } covered && File.Exists(covered))
            {
                return covered;
            }

            return trustAbsolute && File.Exists(name)
                ? name
                : throw NotFound($"exec: \"{name}\": stat {name}: no such file or directory");
        }

        return path.Split(':')
            .Select(folder => paths.Find($"{folder}/{name}"))
            .FirstOrDefault(place => place is not null && File.Exists(place))
            ?? throw NotFound($"exec: \"{name}\": executable file not found in $PATH");
    }

    private string WorkingDirectory()
    {
        var wanted = container.Text("workingDir") is { Length: > 0 } own ? own : image.WorkingDirectory;
        var place = paths.Find(wanted) ?? Path.Join(root, wanted);
        Directory.CreateDirectory(place);
        return place;
    }

    private Dictionary<string, string?> EnvironmentOf(Dictionary<string, string> values, string hostName)
    {
        // Removes all variables of the current process except those that every program needs.
        var all = System.Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(
            k => k, _ => (string?)null);
        var temporary = paths.Find("/tmp") ?? Directory.CreateDirectory(Path.Join(root, "tmp")).FullName;
        all["PATH"] = DefaultPath;
        all["HOME"] = root;
        all["TMPDIR"] = temporary;
        all["HOSTNAME"] = hostName;
        all["DOTNET_ROOT"] = DotnetRoot;
        all["DOTNET_EnableDiagnostics"] = "0";
        // The path of the termination message, because the cluster cannot create /dev/termination-log on this machine.
        all["MIGRATE_TERMINATION_LOG"] = paths.Find(container.Text("terminationMessagePath") ?? "");
        foreach (var (name, value) in values)
        {
            all[name] = paths.Replace(value);
        }

        return all;
    }

    // DOTNET_ROOT, with which framework-dependent .NET programs find the runtime.
    private static string DotnetRoot { get; } = Path.GetFullPath(
        Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static ContainerStartException NotFound(string why) => new(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        + $"unable to start container process: error during container init: {why}");
}
