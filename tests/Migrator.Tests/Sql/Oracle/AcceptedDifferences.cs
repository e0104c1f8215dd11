namespace Migrator.Tests.Sql.Oracle;

/// <summary>The differences from PostgreSQL's parser that are intended, each with its reason.</summary>
internal static class AcceptedDifferences
{
    private static readonly (string Reason, Func<OracleDifference, bool> Matches)[] s_all =
    [
    ];

    /// <summary>The reason for a difference; null if the difference is not accepted.</summary>
    public static string? ReasonFor(OracleDifference difference) => s_all.FirstOrDefault(a => a.Matches(difference)).Reason;
}
