using Migrator.Configuration;

namespace Migrator.Reporting;

/// <summary>A command's answer, in the form that was asked for.</summary>
internal static class Answer
{
    public static void Write(RunResult result, OutputFormat format, ConsoleOutput console, Redactor redactor)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonAnswerWriter.Write(result, console, redactor);
                break;
            case OutputFormat.Sarif:
                SarifAnswerWriter.Write(result, console, redactor);
                break;
            case OutputFormat.Github:
                GithubAnnotations.Write(result, console);
                break;
            default:
                TextAnswer.Write(result, console);
                break;
        }
    }
}
