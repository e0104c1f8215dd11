namespace Migrator.EndToEnd;

/// <summary>The names of the images that this repository builds, as used by pods.</summary>
/// <param name="OrdersRepository">
/// The sample service's image without its tag, such as <c>registry.example.com/orders</c>.
/// </param>
/// <param name="MigratorRepository">The migrator's image without its tag.</param>
public sealed record SampleImages(string OrdersRepository, string MigratorRepository)
{
    /// <summary>The migrator image's tag.</summary>
    public const string MigratorTag = "e2e";

    /// <summary>The migrator's image.</summary>
    public string Migrator => $"{MigratorRepository}:{MigratorTag}";

    /// <summary>Returns the images <c>PREFIX/orders</c> and <c>PREFIX/migrator</c>.</summary>
    public static SampleImages WithPrefix(string prefix) =>
        new($"{prefix.TrimEnd('/')}/orders", $"{prefix.TrimEnd('/')}/migrator");

    /// <summary>Returns the sample service's image of a version: 1 to 5.</summary>
    public string Orders(int version) => $"{OrdersRepository}:v{version}";
}
