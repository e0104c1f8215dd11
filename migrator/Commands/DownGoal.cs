using System.Globalization;
using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>Reads the goal of <c>down</c> from the options.</summary>
internal static class DownGoal
{
    private const string Everything = "0";

    /// <summary>Whether the options contain a goal.</summary>
    public static bool IsGiven(MigrateOptions options) => Count(options) > 0;

    /// <summary>Returns the goal of the options.</summary>
    /// <exception cref="MigrateException">The options contain no goal, several goals or an invalid value (2).</exception>
    public static UndoGoal Of(MigrateOptions options)
    {
        int given = Count(options);
        if (given != 1)
        {
            throw Invalid(given == 0 ? "down needs one of --to V, --steps N and --to-dir" : "down accepts only one of --to, --steps and --to-dir");
        }

        if (options.ToDirectory)
        {
            return new UndoGoal(ToDirectory: true);
        }

        if (options.Steps is { } steps)
        {
            return int.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? new UndoGoal(Steps: number)
                : throw Invalid($"invalid value '{steps}' for --steps: expected a number of at least 1");
        }

        if (options.To == Everything)
        {
            return new UndoGoal(All: true);
        }

        return ScriptVersion.TryParse(options.To!, out ScriptVersion? version, out string? wrong)
            ? new UndoGoal(To: version)
            : throw Invalid($"--to: the version {wrong}");
    }

    private static int Count(MigrateOptions options) => (options.To is null ? 0 : 1) + (options.Steps is null ? 0 : 1) + (options.ToDirectory ? 1 : 0);

    private static MigrateException Invalid(string message) => new(ExitCode.Usage, new Problem("usage", message)
    {
        Advice = "Use --to V to undo all versions above V, --steps N to undo the N newest versions, or --to-dir to undo the versions that are not in the folder.",
    });
}
