namespace Migrator.EndToEnd;

/// <summary>Names of the images that this repository makes, as pods use them.</summary>
/// <param name="OrdersRepository">The sample service without its tag, as in <c>registry.example.com/orders</c>.</param>
/// <param name="MigratorRepository">The migrator's image without its tag.</param>
public sealed record SampleImages(string OrdersRepository, string MigratorRepository)
{
    /// <summary>The migrator image's tag.</summary>
    public const string MigratorTag = "e2e";

    /// <summary>The migrator's image.</summary>
    public string Migrator => $"{MigratorRepository}:{MigratorTag}";

    /// <summary><c>PREFIX/orders</c> and <c>PREFIX/migrator</c>.</summary>
    public static SampleImages WithPrefix(string prefix) =>
        new($"{prefix.TrimEnd('/')}/orders", $"{prefix.TrimEnd('/')}/migrator");

    /// <summary>The sample service of a version: 1, 2 or 3.</summary>
    public string Orders(int version) => $"{OrdersRepository}:v{version}";
}
