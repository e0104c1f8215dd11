using System.Diagnostics;
using Migrator.Tooling;

namespace Migrator.Demo.Narration;

/// <summary>Prints the demo's progress: headings, commands, their output, and the results of checks.</summary>
internal sealed class Narrator(TextWriter writer, TerminalStyle style)
{
    private static readonly TimeSpan s_firstMessageDelay = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_messageInterval = TimeSpan.FromSeconds(20);

    // A command's stdout and stderr arrive on two threads.
    private readonly Lock _lock = new();

    public TerminalStyle Style => style;

    public void Title(string text) => Write(style.Bold(text));

    public void Heading(string text)
    {
        Write("");
        Write(style.Bold(text));
    }

    /// <summary>Prints a command line.</summary>
    public void Command(string command) => Write($"  $ {command}");

    /// <summary>Prints the output of a command, or similar text, indented.</summary>
    public void Output(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            Write($"    {line}".TrimEnd());
        }
    }

    /// <summary>Prints a successful check.</summary>
    public void Done(string text, TimeSpan? took = null) =>
        Write($"  {style.Check} {text}{(took is { } time ? style.Dim($" ({Elapsed.Text(time)})") : "")}");

    /// <summary>Checks an expectation, and prints it if it is met.</summary>
    /// <param name="isMet">Whether the expectation is met.</param>
    /// <param name="expectation">The expected state, as a statement.</param>
    /// <param name="found">The state that was found.</param>
    /// <param name="took">The time until the state was reached.</param>
    /// <exception cref="ExpectationException">The expectation is not met.</exception>
    public void Expect(bool isMet, string expectation, string found, TimeSpan? took = null)
    {
        if (!isMet)
        {
            throw new ExpectationException(expectation, found);
        }

        Done(expectation, took);
    }

    /// <summary>Waits for a task. Prints a reason after 1.5 seconds, then the elapsed time every 20 seconds.</summary>
    /// <returns>The task's result, and how long it took.</returns>
    public async Task<(T Result, TimeSpan Took)> AwaitAsync<T>(
        Task<T> task, string whenSlow, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        for (var pause = s_firstMessageDelay; !task.IsCompleted; pause = s_messageInterval)
        {
            await Task.WhenAny(task, Task.Delay(pause, cancellationToken));
            if (!task.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                var text = pause == s_firstMessageDelay ? whenSlow : $"{Elapsed.Text(watch.Elapsed)} so far";
                Write(style.Dim($"  … {text}"));
            }
            else
            {
                break;
            }
        }

        return (await task, watch.Elapsed);
    }

    public void Interrupted() => Write("\nInterrupted. Stopping everything that the demo started.");

    /// <summary>Prints the failure as the last output of the demo.</summary>
    public void Failed(Exception problem)
    {
        Write("");
        switch (problem)
        {
            case ExpectationException { Expected: var expected, Found: var found }:
                Write($"  {style.Cross} expected: {expected}");
                Output($"found:    {found}");
                break;
            case ToolingException:
                Write($"  {style.Cross} {problem.Message}");
                break;
            default:
                Write($"  {style.Cross} {problem}");
                break;
        }

        Write("");
        Write(style.Red("The demo failed."));
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }
}
