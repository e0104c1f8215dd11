using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>A container's program cannot be started.</summary>
/// <param name="message">Why, as the container runtime words it.</param>
internal sealed class ContainerStartException(string message) : Exception(message);

/// <summary>What runs for a container on this machine.</summary>
/// <param name="Program">Its absolute path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="WorkingDirectory">Where it runs.</param>
/// <param name="Environment">All of its environment; null takes a variable of this process away.</param>
internal sealed record ContainerCommand(
    string Program, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string?> Environment);

/// <summary>Makes a container's command from its image and what its pod says.</summary>
/// <param name="image">What the image stands for.</param>
/// <param name="container">The container as its pod says it.</param>
/// <param name="paths">Where the image's files and the mounts are.</param>
/// <param name="root">A folder for what is not covered: the container's own file system.</param>
internal sealed class CommandMaker(ImageProgram image, JsonObject container, PathMap paths, string root)
{
    // What a container runtime sets when the image has none.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The container's main process.</summary>
    /// <exception cref="ContainerStartException">There is no such program in the image.</exception>
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

    /// <summary>Another process in the container: an exec probe, a hook.</summary>
    /// <exception cref="ContainerStartException">There is no such program in the image.</exception>
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
        // Nothing of this process's own environment but what a program needs to run at all.
        var all = System.Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(
            k => k, _ => (string?)null);
        var temporary = paths.Find("/tmp") ?? Directory.CreateDirectory(Path.Join(root, "tmp")).FullName;
        all["PATH"] = DefaultPath;
        all["HOME"] = root;
        all["TMPDIR"] = temporary;
        all["HOSTNAME"] = hostName;
        all["DOTNET_ROOT"] = DotnetRoot;
        all["DOTNET_EnableDiagnostics"] = "0";
        // Where a process may write its last words; /dev/termination-log is not ours to make.
        all["MIGRATE_TERMINATION_LOG"] = paths.Find(container.Text("terminationMessagePath") ?? "");
        foreach (var (name, value) in values)
        {
            all[name] = paths.Replace(value);
        }

        return all;
    }

    // Programs that depend on the framework find it by this, wherever it is installed.
    private static string DotnetRoot { get; } = Path.GetFullPath(
        Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static ContainerStartException NotFound(string why) => new(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        + $"unable to start container process: error during container init: {why}");
}
