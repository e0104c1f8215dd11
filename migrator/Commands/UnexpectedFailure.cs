using System.Globalization;

namespace Migrator.Commands;

/// <summary>Failures that no part of migrate handles.</summary>
internal static class UnexpectedFailure
{
    /// <summary>The environment variable that makes migrate print the stack trace of such a failure.</summary>
    public const string DebugVariable = "MIGRATE_DEBUG";

    private const long Megabyte = 1 << 20;

    /// <summary>Describes an exception that no part of migrate handles.</summary>
    /// <returns>Exit code 1.</returns>
    public static MigrateException Of(Exception e)
        => new(ExitCode.MigrationFailed, IsOutOfMemory(e) ? OutOfMemory(e) : Bug(e), e);

    /// <summary>
    /// Whether memory ran out: the exception, or one that caused it, is an <see cref="OutOfMemoryException"/>.
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
        // The failure of a script names the statement.
        Problem? known = e is MigrateException { Problems: [var first, ..] } ? first : null;
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new Problem("out-of-memory", "memory ran out")
        {
            Script = known?.Script,
            Position = known?.Position,
            Detail = limit <= 0 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"migrate may use {limit / Megabyte} MB for its data: DOTNET_GCHeapHardLimit, or a part of the container's memory limit."),
            Advice = "Raise the container's memory limit, or split the largest statement of the script.",
        };
    }

    private static Problem Bug(Exception e) => new("unexpected", $"unexpected {e.GetType().Name}: {e.Message}")
    {
        Advice = $"This is a bug in migrate. Run it again with {DebugVariable}=1 for the stack trace, and report it.",
    };
}
