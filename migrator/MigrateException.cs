namespace Migrator;

/// <summary>Ends a command with an exit code and the problems that caused the failure.</summary>
internal sealed class MigrateException : Exception
{
    public MigrateException(ExitCode exitCode, Problem problem, Exception? cause = null)
        : this(exitCode, [problem], cause)
    {
    }

    public MigrateException(ExitCode exitCode, IReadOnlyList<Problem> problems, Exception? cause = null)
        : base(problems.Count > 0 ? problems[0].Message : exitCode.ToString(), cause)
    {
        ExitCode = exitCode;
        Problems = problems;
    }

    public ExitCode ExitCode { get; }

    public IReadOnlyList<Problem> Problems { get; }
}
