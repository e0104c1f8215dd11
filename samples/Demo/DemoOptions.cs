using System.CommandLine;

namespace Migrator.Demo;

/// <summary>The options of the demo.</summary>
internal sealed record DemoOptions
{
    /// <summary>Helm's major version: 3 (3.18) or 4 (4.2).</summary>
    public required int Helm { get; init; }

    /// <summary>Whether everything is kept running at the end.</summary>
    public required bool IsKept { get; init; }

    /// <summary>The user's own cluster; null for the local cluster.</summary>
    public required OwnCluster? OwnCluster { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <returns>The options; or, after printing help or a usage error, null and the exit code.</returns>
    public static (DemoOptions? Options, int ExitCode) Read(string[] args)
    {
        var helm = new Option<int>("--helm") { Description = "Helm's major version: 3 (3.18.0) or 4 (4.2.3).", DefaultValueFactory = _ => 4 };
        helm.AcceptOnlyFromAmong("3", "4");
        var keep = new Option<bool>("--keep") { Description = "Keep everything running at the end, and print commands to inspect it." };
        var context = new Option<string?>("--context")
        {
            Description = "Context in your kubeconfig. The demo runs on that cluster instead of the local cluster.",
        };
        var images = new Option<string?>("--image-prefix")
        {
            Description = "With --context: prefix of the images that the cluster can pull: PREFIX/orders:v1 to :v5. "
                + "Each image needs the program `orders` in its PATH, the program `migrate` and the folder `migrations` next to it, and a numeric user.",
        };
        var database = new Option<string?>("--database")
        {
            Description = "With --context: postgres:// address that works from this machine and from a pod. Its role must be "
                + "allowed to create databases. The demo creates one database and drops it at the end.",
        };
        var command = new RootCommand("Upgrades an example service (the orders service of a web shop) from v1 to v5 with helm, and checks each step.")
        {
            helm, keep, context, images, database,
        };
        command.Validators.Add(result =>
        {
            int given = new[] { context, images, database }.Count(option => result.GetValue(option) is not null);
            if (given is not (0 or 3))
            {
                result.AddError("--context, --image-prefix and --database must be used together.");
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
