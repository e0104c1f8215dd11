namespace Migrator.Commands;

/// <summary>Failures that no part of migrate handles.</summary>
internal static class UnexpectedFailure
{
    /// <summary>The environment variable that makes migrate print the stack trace of such a failure.</summary>
    public const string DebugVariable = "MIGRATE_DEBUG";

    /// <summary>Describes an exception that no part of migrate handles.</summary>
    /// <returns>Exit code 1.</returns>
    public static MigrateException Of(Exception e) => new(ExitCode.MigrationFailed, Bug(e), e);

    private static Problem Bug(Exception e) => new("unexpected", $"unexpected {e.GetType().Name}: {e.Message}")
    {
        Advice = $"This is a bug in migrate. Run it again with {DebugVariable}=1 for the stack trace, and report it.",
    };
}
