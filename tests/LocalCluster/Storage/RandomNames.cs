namespace Migrator.LocalCluster.Storage;

/// <summary>Random ends of names, from the letters that Kubernetes uses (no vowels, nothing that looks alike).</summary>
internal static class RandomNames
{
    public const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Suffix() => new(Random.Shared.GetItems<char>(Alphabet, 5));

    /// <summary>A name from <c>generateName</c>: its start is cut so that the whole stays a label value.</summary>
    public static string Generate(string start) => (start.Length > 58 ? start[..58] : start) + Suffix();
}
