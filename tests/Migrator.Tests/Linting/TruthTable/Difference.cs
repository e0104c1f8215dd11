namespace Migrator.Tests.Linting.TruthTable;

/// <summary>A difference between lint and the server.</summary>
/// <param name="Case">The name of the case.</param>
/// <param name="Majors">The major versions: <c>13-18</c>.</param>
/// <param name="Kind">
/// <c>missed</c>: the server blocks a table while it scans or rewrites rows, and no rule says so. <c>too strict</c>: a rule says so, and the server
/// does not. <c>wrong effect</c>: both agree that the statement blocks a table for long, and the message of the rule says wrongly whether reads wait or
/// whether the table is rewritten. <c>wrong lock</c>: the lock that lint assumes for a table in the statement differs. <c>more tables</c>: the server locks a table or an index
/// that the statement does not name. <c>wrong transaction</c>: lint and the server disagree whether the statement can run in a transaction block.
/// </param>
/// <param name="Detail">What lint says and what the server does.</param>
/// <param name="Reason">Why the difference is accepted or how to remove it. Empty for a new difference.</param>
internal sealed record Difference(string Case, string Majors, string Kind, string Detail, string Reason = "")
{
    /// <summary>Parses a line of the file.</summary>
    public static Difference Parse(string line) => line.Split('\t') is [var name, var majors, var kind, var detail, var reason]
        ? new Difference(name, majors, kind, detail, reason)
        : throw new FormatException($"Expected five columns: {line}");

    /// <summary>Formats a line of the file.</summary>
    public override string ToString() => string.Join('\t', Case, Majors, Kind, Detail, Reason);
}
