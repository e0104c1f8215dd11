using System.Globalization;

namespace Migrator.Commands;

/// <summary>Describes exceptions that no other part of migrate handles.</summary>
internal static class UnexpectedFailure
{
    /// <summary>The environment variable that makes migrate print the stack trace of such an exception.</summary>
    public const string DebugVariable = "MIGRATE_DEBUG";

    private const long Megabyte = 1 << 20;

    /// <summary>Creates the failure for an exception.</summary>
    /// <returns>A failure with exit code 1.</returns>
    public static MigrateException Of(Exception e)
        => new(ExitCode.MigrationFailed, IsOutOfMemory(e) ? OutOfMemory(e) : Bug(e), e);

    /// <summary>
    /// Whether an exception, or an exception that caused it, is an <see cref="OutOfMemoryException"/>.
    /// </summary>
    public static bool IsOutOfMemory(Exception? e) => e switch
    {
        null => false,
        OutOfMemoryException => true,
        AggregateException several => several.InnerExceptions.Any(IsOutOfMemory),
        _ => IsOutOfMemory(e.InnerException),
    };

    private static Problem OutOfMemory(Exception e)
    {
        // The failure of a script contains the position of the statement.
        Problem? known = e is MigrateException { Problems: [var first, ..] } ? first : null;
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new Problem("out-of-memory", "migrate ran out of memory")
        {
            Script = known?.Script,
            Position = known?.Position,
            Detail = limit <= 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"The heap limit is {limit / Megabyte} MB. It is set by DOTNET_GCHeapHardLimit, or derived from the container's memory limit."),
            Advice = "Raise the container's memory limit, or split the largest statement of the script.",
        };
    }

    private static Problem Bug(Exception e) => new("unexpected", $"unexpected {e.GetType().Name}: {ForeignText.Of(e.Message)}")
    {
        Advice = $"This is a bug in migrate. Run the same command again with {DebugVariable}=1 to get the stack trace, and report the bug.",
    };
}
