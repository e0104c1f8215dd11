using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>The one place that writes to the console, and so the one where secrets are taken out.</summary>
internal sealed class ConsoleOutput
{
    // Erases the line that the cursor is on.
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

    /// <summary>Whether a line of progress can be written over: stderr is a terminal.</summary>
    public bool HasProgressLine => MessageColors.IsOn;

    public static ConsoleOutput Open(Redactor redactor, IReadOnlyDictionary<string, string> environment) => new(
        Console.Out,
        Console.Error,
        redactor,
        ConsoleColors.For(Console.IsOutputRedirected, environment),
        ConsoleColors.For(Console.IsErrorRedirected, environment));

    /// <summary>A line of the answer, to stdout.</summary>
    public void Answer(string line) => Write(_answer, line);

    /// <summary>An answer whose strings had their secrets taken out already, to stdout.</summary>
    public void AnswerVerbatim(string text) => Write(_answer, text, isVerbatim: true);

    /// <summary>Everything else, to stderr.</summary>
    public void Message(string line) => Write(_messages, line);

    /// <summary>A line that the next one replaces; only where <see cref="HasProgressLine"/>.</summary>
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
            // Nobody reads (a closed pipe, a full disk, a stream that was never open): the work and its exit code do not depend on it.
        }
    }
}
