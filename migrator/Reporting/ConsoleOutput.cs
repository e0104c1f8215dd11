using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>Writes to stdout and stderr, masks secrets and escapes control characters. No other class writes to the console.</summary>
internal sealed class ConsoleOutput
{
    // Moves the cursor to the start of the line and erases the line.
    private const string EraseLine = "\r\u001b[K";

    private readonly Lock _gate = new();
    private readonly TextWriter _answer;
    private readonly TextWriter _messages;
    private readonly Redactor _redactor;
    private bool _hasProgress;

    public ConsoleOutput(TextWriter answer, TextWriter messages, Redactor redactor, ConsoleColors answerColors, ConsoleColors messageColors)
    {
        (_answer, _messages, _redactor) = (answer, messages, redactor);
        (AnswerColors, MessageColors) = (answerColors, messageColors);
    }

    public ConsoleColors AnswerColors { get; }

    public ConsoleColors MessageColors { get; }

    /// <summary>Whether stderr is a terminal on which a progress line can be overwritten.</summary>
    public bool HasProgressLine => MessageColors.IsOn;

    /// <summary>Creates the output for the console of the process.</summary>
    public static ConsoleOutput Open(Redactor redactor, IReadOnlyDictionary<string, string> environment) => new(
        Console.Out,
        Console.Error,
        redactor,
        ConsoleColors.For(Console.IsOutputRedirected, environment),
        ConsoleColors.For(Console.IsErrorRedirected, environment));

    /// <summary>Writes a line of the result to stdout.</summary>
    public void Answer(string line) => Write(_answer, Printable(line));

    /// <summary>Writes text to stdout that another program executes, such as SQL, or <c>::error::…</c> for GitHub Actions.</summary>
    public void AnswerExecutable(string text) => Write(_answer, PrintableText.Escape(_redactor.Redact(text)));

    /// <summary>Writes a result whose secrets are already masked to stdout.</summary>
    public void AnswerVerbatim(string text) => Write(_answer, text);

    /// <summary>Writes a line that is not part of the result to stderr.</summary>
    public void Message(string line) => Write(_messages, Printable(line));

    /// <summary>
    /// Writes a line to stderr that the next line overwrites. Requires <see cref="HasProgressLine"/>.
    /// </summary>
    public void Progress(string line)
    {
        lock (_gate)
        {
            Send(_messages, EraseLine + Printable(line));
            _hasProgress = true;
        }
    }

    private void Write(TextWriter writer, string text)
    {
        lock (_gate)
        {
            if (_hasProgress)
            {
                Send(_messages, EraseLine);
                _hasProgress = false;
            }

            Send(writer, text + Environment.NewLine);
        }
    }

    private string Printable(string text) => ConsoleColors.ToAnsi(PrintableText.Lines(_redactor.Redact(text)));

    private static void Send(TextWriter writer, string text)
    {
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The pipe is closed, the disk is full, or the stream was never open. The run and its exit code must not depend on
            // the output.
        }
    }
}
