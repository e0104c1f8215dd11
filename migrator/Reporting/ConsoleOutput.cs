using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>The one place that writes to the console, and so the one where secrets are taken out.</summary>
internal sealed class ConsoleOutput(TextWriter answer, TextWriter messages, Redactor redactor)
{
    private readonly Lock _gate = new();

    public Redactor Redactor => redactor;

    public static ConsoleOutput Open(Redactor redactor) => new(Console.Out, Console.Error, redactor);

    /// <summary>A line of the answer, to stdout.</summary>
    public void Answer(string line) => Write(answer, line);

    /// <summary>Everything else, to stderr.</summary>
    public void Message(string line) => Write(messages, line);

    private void Write(TextWriter writer, string line)
    {
        lock (_gate)
        {
            writer.WriteLine(redactor.Redact(line));
            writer.Flush();
        }
    }
}
