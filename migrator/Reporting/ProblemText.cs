namespace Migrator.Reporting;

/// <summary>Writes a problem as text.</summary>
internal static class ProblemText
{
    /// <summary>Returns several lines: first what failed and where, then why, then what to do next.</summary>
    public static IEnumerable<string> Block(string severity, Problem problem, Func<string, string> paint)
    {
        yield return $"{paint(severity + ":")} {Line(problem)}";
        foreach ((string label, string? text) in new[]
        {
            ("detail", problem.Detail),
            ("hint", problem.Hint),
            ("context", problem.Context),
            ("next", problem.Advice),
        })
        {
            if (text is not null)
            {
                yield return $"  {label}: {text.ReplaceLineEndings("\n    ")}";
            }
        }
    }

    /// <summary>Returns one line, such as <c>V3__x.sql:5:1: duplicate key … (SQLSTATE 23505)</c>.</summary>
    public static string Line(Problem problem)
    {
        string where = problem.Location is { } location && !problem.Message.StartsWith(location, StringComparison.Ordinal) ? location + ": " : "";
        string state = problem.SqlState is { } code ? $" (SQLSTATE {code})" : "";
        return $"{where}{problem.Message.ReplaceLineEndings(" ")}{state}";
    }
}
