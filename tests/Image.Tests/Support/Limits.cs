namespace Migrator.Image.Tests.Support;

/// <summary>Time limits, in milliseconds.</summary>
internal static class Limits
{
    /// <summary>
    /// For a test that needs an image, and so may be the one that waits for a Debian to be put together, two native
    /// compilations and the sample's three images.
    /// </summary>
    public const int Build = 20 * 60 * 1000;
}
