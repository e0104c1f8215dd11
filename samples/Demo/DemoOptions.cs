using System.CommandLine;

namespace Migrator.Demo;

/// <summary>What the demo is asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>3 (3.18) or 4 (4.2).</summary>
    public required int Helm { get; init; }

    /// <summary>Whether all of it is left running at the end, to look around.</summary>
    public required bool IsKept { get; init; }

    /// <summary>A context of the person's own kubeconfig, or null for the stand-in.</summary>
    public required OwnCluster? OwnCluster { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <returns>The options; or the exit code, after help was printed or something wrong was named.</returns>
    public static (DemoOptions? Options, int ExitCode) Read(string[] args)
    {
        var helm = new Option<int>("--helm") { Description = "Helm's major version: 3 (3.18.0) or 4 (4.2.3).", DefaultValueFactory = _ => 4 };
        helm.AcceptOnlyFromAmong("3", "4");
        var keep = new Option<bool>("--keep") { Description = "Leave it running at the end, and say how to look around." };
        var context = new Option<string?>("--context")
        {
            Description = "A context of your kubeconfig, to run on that cluster instead of the stand-in.",
        };
        var images = new Option<string?>("--image-prefix")
        {
            Description = "With --context: where that cluster finds the images, as PREFIX/orders:v1, :v2 and :v3. "
                + "Each has `orders` in its PATH, with `migrate` and `migrations` beside it, and a numeric user.",
        };
        var database = new Option<string?>("--database")
        {
            Description = "With --context: a postgres:// address that means the same here and in a pod, of a role that "
                + "may make databases. One is made, and dropped at the end.",
        };
        var command = new RootCommand("Takes a shop's service from v1 to v3 with helm, and checks each step.")
        {
            helm, keep, context, images, database,
        };
        command.Validators.Add(result =>
        {
            int given = new[] { context, images, database }.Count(option => result.GetValue(option) is not null);
            if (given is not (0 or 3))
            {
                result.AddError("--context, --image-prefix and --database belong together.");
            }
        });
        var parse = command.Parse(args);
        if (parse.Errors.Count > 0 || parse.Action is not null)
        {
            var exitCode = parse.Invoke();
            return (null, parse.Errors.Count > 0 ? 2 : exitCode);
        }

        return (
            new DemoOptions
            {
                Helm = parse.GetValue(helm),
                IsKept = parse.GetValue(keep),
                OwnCluster = parse.GetValue(context) is { } name
                    ? new OwnCluster(name, parse.GetValue(images)!, parse.GetValue(database)!)
                    : null,
            },
            0);
    }
}
