using System.Globalization;
using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>Reads from the options how far <c>down</c> goes.</summary>
internal static class DownGoal
{
    private const string Everything = "0";

    /// <summary>Whether the options hold a goal.</summary>
    public static bool IsGiven(MigrateOptions options) => Count(options) > 0;

    /// <summary>Returns the goal of the options.</summary>
    /// <exception cref="MigrateException">The options hold no goal, several goals or a wrong value (2).</exception>
    public static UndoGoal Of(MigrateOptions options)
    {
        int given = Count(options);
        if (given != 1)
        {
            throw Wrong(given == 0 ? "down needs to know how far: --to V, --steps N or --to-dir" : "down takes one of --to, --steps and --to-dir");
        }

        if (options.ToDirectory)
        {
            return new UndoGoal(ToDirectory: true);
        }

        if (options.Steps is { } steps)
        {
            return int.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? new UndoGoal(Steps: number)
                : throw Wrong($"--steps is '{steps}', but takes a number from 1");
        }

        if (options.To == Everything)
        {
            return new UndoGoal(All: true);
        }

        return ScriptVersion.TryParse(options.To!, out ScriptVersion? version, out string? wrong)
            ? new UndoGoal(To: version)
            : throw Wrong($"--to: the version {wrong}");
    }

    private static int Count(MigrateOptions options) => (options.To is null ? 0 : 1) + (options.Steps is null ? 0 : 1) + (options.ToDirectory ? 1 : 0);

    private static MigrateException Wrong(string message) => new(ExitCode.Usage, new Problem("usage", message)
    {
        Advice = "--to V undoes what is above V, --steps N the N newest, --to-dir what the folder does not hold.",
    });
}
