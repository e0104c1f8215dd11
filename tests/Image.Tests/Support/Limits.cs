namespace Migrator.Image.Tests.Support;

/// <summary>The time limits of tests, in milliseconds.</summary>
internal static class Limits
{
    /// <summary>
    /// The limit of a test that needs an image. The first test waits until a Debian root file system, two native
    /// programs and three images of the sample service are built.
    /// </summary>
    public const int Build = 20 * 60 * 1000;
}
