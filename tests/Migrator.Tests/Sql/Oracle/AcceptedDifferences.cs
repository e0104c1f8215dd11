namespace Migrator.Tests.Sql.Oracle;

/// <summary>The differences from PostgreSQL's parser that are intended, each with its reason.</summary>
internal static class AcceptedDifferences
{
    // SET NAMES, SET SESSION AUTHORIZATION, SET TIME ZONE.
    private static readonly string[] s_ownSyntax = ["client_encoding", "session_authorization", "timezone"];

    private static readonly (string Reason, Func<OracleDifference, bool> Matches)[] s_all =
    [
        ("A run sets no setting whose name has a dot, or that has its own syntax, so nothing has to be set again after its reset.",
            d => OnlyDiffers(d, "resets ") && (d.Kind.Contains('.', StringComparison.Ordinal) || s_ownSyntax.Contains(d.Kind.Split(' ')[^1]))),
        ("Escapes in E'…' and U&'…' strings are not decoded. The rule about new enum values then does not find the value.",
            d => OnlyDiffers(d, "enum: ") && d.Statement.Contains('\\', StringComparison.Ordinal)),
        ("Escapes in E'…' and U&'…' strings are not decoded. The name of a schema seldom has one.",
            d => OnlyDiffers(d, "SetSearchPath ") && d.Statement.Contains('\\', StringComparison.Ordinal)),
    ];

    // Whether the differing lines of both sides start with a text.
    private static bool OnlyDiffers(OracleDifference difference, string start)
        => difference.Expected.Except(difference.Actual).Concat(difference.Actual.Except(difference.Expected)).All(line => line.StartsWith(start, StringComparison.Ordinal));

    /// <summary>The reason for a difference; null if the difference is not accepted.</summary>
    public static string? ReasonFor(OracleDifference difference) => s_all.FirstOrDefault(a => a.Matches(difference)).Reason;
}
