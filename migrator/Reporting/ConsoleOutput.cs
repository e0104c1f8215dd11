using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>Writes to stdout and stderr. No other class does, so that every secret is masked here.</summary>
internal sealed class ConsoleOutput
{
    // Erases the line of the cursor.
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

    /// <summary>Whether stderr is a terminal, where a line of progress can be overwritten.</summary>
    public bool HasProgressLine => MessageColors.IsOn;

    public static ConsoleOutput Open(Redactor redactor, IReadOnlyDictionary<string, string> environment) => new(
        Console.Out,
        Console.Error,
        redactor,
        ConsoleColors.For(Console.IsOutputRedirected, environment),
        ConsoleColors.For(Console.IsErrorRedirected, environment));

    /// <summary>Writes a line of the answer to stdout.</summary>
    public void Answer(string line) => Write(_answer, line);

    /// <summary>Writes an answer to stdout whose secrets are masked already.</summary>
    public void AnswerVerbatim(string text) => Write(_answer, text, isVerbatim: true);

    /// <summary>Writes a line that is not part of the answer to stderr.</summary>
    public void Message(string line) => Write(_messages, line);

    /// <summary>
    /// Writes a line to stderr that the next line overwrites. Only where <see cref="HasProgressLine"/> is true.
    /// </summary>
    public void Progress(string line)
    {
        lock (_gate)
        {
            Send(_messages, EraseLine + _redactor.Redact(line));
            _hasProgress = true;
        }
    }

    private void Write(TextWriter writer, string line, bool isVerbatim = false)
    {
        lock (_gate)
        {
            if (_hasProgress)
            {
                Send(_messages, EraseLine);
                _hasProgress = false;
            }

            Send(writer, (isVerbatim ? line : _redactor.Redact(line)) + Environment.NewLine);
        }
    }

    private static void Send(TextWriter writer, string text)
    {
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A closed pipe, a full disk or a stream that was never open: neither the work nor the exit code depends on the output.
        }
    }
}
