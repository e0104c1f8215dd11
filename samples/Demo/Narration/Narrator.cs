using System.Diagnostics;
using Migrator.Tooling;

namespace Migrator.Demo.Narration;

/// <summary>Tells what happens: headings, commands, their output, a check mark for what is as it should be.</summary>
internal sealed class Narrator(TextWriter writer, TerminalStyle style)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(20);

    // A command's stdout and stderr arrive on two threads.
    private readonly Lock _lock = new();

    public TerminalStyle Style => style;

    public void Title(string text) => Write(style.Bold(text));

    public void Heading(string text)
    {
        Write("");
        Write(style.Bold(text));
    }

    /// <summary>A command, as one would type it.</summary>
    public void Command(string command) => Write($"  $ {command}");

    /// <summary>What a command printed, or something of that kind.</summary>
    public void Output(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            Write($"    {line}".TrimEnd());
        }
    }

    /// <summary>Something is as it should be.</summary>
    public void Done(string text, TimeSpan? took = null) =>
        Write($"  {style.Check} {text}{(took is { } time ? style.Dim($" ({Elapsed.Text(time)})") : "")}");

    /// <summary><see cref="Done"/>, if it is so.</summary>
    /// <param name="isSo">Whether it is.</param>
    /// <param name="expectation">What should be, written as a statement.</param>
    /// <param name="found">What is instead.</param>
    /// <param name="took">How long it took to come about.</param>
    /// <exception cref="ExpectationException">It is not.</exception>
    public void Expect(bool isSo, string expectation, string found, TimeSpan? took = null)
    {
        if (!isSo)
        {
            throw new ExpectationException(expectation, found);
        }

        Done(expectation, took);
    }

    /// <summary>Waits; if it takes more than a moment, says why, and from time to time that it goes on.</summary>
    /// <returns>Its result, and how long it took.</returns>
    public async Task<(T Result, TimeSpan Took)> AwaitAsync<T>(
        Task<T> task, string whenSlow, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        for (var pause = s_patience; !task.IsCompleted; pause = s_heartbeat)
        {
            await Task.WhenAny(task, Task.Delay(pause, cancellationToken));
            if (!task.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                var text = pause == s_patience ? whenSlow : $"{Elapsed.Text(watch.Elapsed)} so far";
                Write(style.Dim($"  … {text}"));
            }
            else
            {
                break;
            }
        }

        return (await task, watch.Elapsed);
    }

    public void Interrupted() => Write("\nInterrupted: what was started ends now.");

    /// <summary>What went wrong, as the last thing that is said.</summary>
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
        Write(style.Red("The demo did not go as it should."));
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
