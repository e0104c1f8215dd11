using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator;

/// <summary>Takes what happens while a command runs. What it comes to in the end is a <see cref="RunResult"/>.</summary>
internal interface IProgress
{
    /// <summary>We wait for something outside: the database, another run, a table lock.</summary>
    void Waiting(string message);

    /// <summary>A person should know, though it stops nothing.</summary>
    void Warning(Problem warning);

    /// <summary>The server said something while a script ran (NOTICE, WARNING, …).</summary>
    void Notice(Script script, SourcePosition position, string severity, string message);

    /// <summary>A script begins.</summary>
    void Applying(Script script);

    /// <summary>A script has been running for a while.</summary>
    /// <param name="what">Which one.</param>
    /// <param name="elapsed">For how long.</param>
    /// <param name="progress">What the server says how far it is; null when it says nothing.</param>
    void Running(string what, TimeSpan elapsed, string? progress);

    /// <summary>A script and its history row are committed.</summary>
    void Applied(AppliedScript applied);

    /// <summary>A version was undone and its history row is gone.</summary>
    void Undone(UndoneScript undone);
}
