namespace Orders;

/// <summary>The exit codes of this program's own; <c>orders migrate</c> ends with the migrator's.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Wrong usage or settings. The migrator uses the same number: trying again does not help.</summary>
    public const int Usage = 2;
}
