using System.Text;
using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>
/// Writes the cause of a failure in one line to the termination log. Kubernetes reads this file, and
/// <c>kubectl describe pod</c> and Spinnaker show it
/// (https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/).
/// </summary>
internal sealed class TerminationMessage(string? path, Redactor redactor)
{
    public const string DefaultPath = "/dev/termination-log";
    public const string EnvironmentName = "MIGRATE_TERMINATION_LOG";

    // Kubernetes truncates the message to 4096 bytes.
    private const int MaxBytes = 4096;

    // Moves the end to the start of a UTF-8 character. Every byte of a character except the first starts with the bits 10.
    private static int CharacterEnd(byte[] text, int end)
    {
        while ((text[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return end;
    }

    /// <summary>Writes the cause of a failure.</summary>
    public void Write(IReadOnlyList<Problem> problems)
    {
        // Outside a pod, the default file does not exist.
        string target = string.IsNullOrEmpty(path) ? DefaultPath : path;
        if (problems.Count == 0 || (string.IsNullOrEmpty(path) && !File.Exists(target)))
        {
            return;
        }

        string more = problems.Count > 1 ? $" (and {TextStyle.Count(problems.Count - 1, "more problem")})" : "";
        string detail = problems[0].Detail is { } text ? $" {text.ReplaceLineEndings(" ")}" : "";
        byte[] line = Encoding.UTF8.GetBytes(PrintableText.Line(redactor.Redact(ProblemText.Line(problems[0]) + detail + more)) + "\n");
        try
        {
            File.WriteAllBytes(target, line.Length <= MaxBytes ? line : line[..CharacterEnd(line, MaxBytes)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // stderr also contains the cause. A failure to write this file must not hide it.
        }
    }
}
