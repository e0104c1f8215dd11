namespace Orders;

/// <summary>The exit codes of this program. <c>orders migrate</c> exits with the migrator's exit codes.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Wrong usage or settings; a retry does not help. The migrator uses the same number.</summary>
    public const int Usage = 2;
}
