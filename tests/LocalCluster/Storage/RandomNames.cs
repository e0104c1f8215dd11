namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Generates random suffixes from the alphabet of Kubernetes, which has no vowels and no similar characters.
/// </summary>
internal static class RandomNames
{
    public const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Suffix() => new(Random.Shared.GetItems<char>(Alphabet, 5));

    /// <summary>
    /// Generates a name from <c>generateName</c>. A long prefix is truncated, because the name must be a valid label
    /// value.
    /// </summary>
    public static string Generate(string start) => (start.Length > 58 ? start[..58] : start) + Suffix();
}
