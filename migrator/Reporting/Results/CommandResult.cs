using System.Collections.Concurrent;
using Migrator.Configuration;

namespace Migrator.Reporting.Results;

/// <summary>
/// Result of a command. The runner creates the result before the command starts, and the command fills it. After a failure, a
/// timeout or a signal, the result still contains everything up to that point.
/// </summary>
internal abstract class CommandResult
{
    // A command that was abandoned after a timeout may still add a warning while the result is written.
    private readonly ConcurrentQueue<Problem> _warnings = new();

    /// <summary>The command's name; empty if the command line contains no command.</summary>
    public string Command { get; init; } = "";

    /// <summary>The failure of the command; null if it completed.</summary>
    public MigrateException? Failure { get; set; }

    /// <summary>The exit code of the failure, or of the completed command.</summary>
    public ExitCode ExitCode => Failure?.ExitCode ?? CompletedExitCode;

    /// <summary>The problems that made the command fail.</summary>
    public IReadOnlyList<Problem> Problems => [.. (Failure?.Problems ?? []).Select(p => HidesDetail && p.SqlState is not null ? p with { Detail = null, Context = null } : p)];

    /// <summary>Whether the server's DETAIL and CONTEXT, which can contain values of rows, are left out (<c>--no-detail</c>).</summary>
    public bool HidesDetail { get; set; }

    /// <summary>The warnings, in the order in which they were reported.</summary>
    public IReadOnlyCollection<Problem> Warnings => _warnings;

    /// <summary>How long the command took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>
    /// The advice from the environment that is printed after a failure, such as how to recover a release; null for none.
    /// </summary>
    public string? Advice { get; set; }

    /// <summary>The lines of the result that both the text and the JSON document contain.</summary>
    public virtual IReadOnlyList<string> Lines => [];

    /// <summary>The exit code of a command that completes.</summary>
    protected virtual ExitCode CompletedExitCode => ExitCode.Done;

    /// <summary>Adds a warning.</summary>
    public void Add(Problem warning) => _warnings.Enqueue(warning);

    /// <summary>Creates the failure of a command whose <c>--timeout</c> expired.</summary>
    /// <param name="timeout">The value of <c>--timeout</c>.</param>
    /// <param name="cause">The exception that the timeout caused; null for none.</param>
    public virtual MigrateException TimedOut(TimeSpan? timeout, Exception? cause = null) => new(
        ExitCode.MigrationFailed,
        Interrupted(new Problem("timeout", $"--timeout of {Duration.Format(timeout)} expired; uncommitted changes were rolled back")
        {
            Advice = "Increase --timeout, or check what the migration waits for.",
        }),
        cause);

    /// <summary>Adds to the problem of an interrupted command what the interruption leaves in the database.</summary>
    public virtual Problem Interrupted(Problem problem) => problem;

    /// <summary>Writes the result in the requested format.</summary>
    public virtual void Write(OutputFormat format, ConsoleOutput console, Redactor redactor)
    {
        if (format == OutputFormat.Json)
        {
            JsonAnswerWriter.Write(this, console, redactor);
        }
        else
        {
            WriteText(console);
        }
    }

    /// <summary>Adds the fields of this type of result to the document.</summary>
    /// <param name="common">The document with the fields that every result has.</param>
    public virtual JsonAnswer AddTo(JsonAnswer common) => common;

    /// <summary>
    /// Writes the text of this type of result: the result to stdout, the state after a failure to stderr.
    /// </summary>
    protected virtual void WriteAnswer(ConsoleOutput console)
    {
    }

    private void WriteText(ConsoleOutput console)
    {
        foreach (string line in Problems.SelectMany(p => ProblemText.Block("error", p, console.MessageColors.Red)))
        {
            console.Message(line);
        }

        foreach (string line in Lines)
        {
            console.Answer(line);
        }

        WriteAnswer(console);
        if (ExitCode != ExitCode.Done && Advice is { Length: > 0 } advice)
        {
            console.Message(advice);
        }
    }
}
