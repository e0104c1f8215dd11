using System.Text.Json;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Building;

/// <summary>An image as <c>docker save</c> writes it: what a registry would get, whichever tool built it.</summary>
internal sealed class BuiltImage
{
    private readonly Lazy<Task<string>> _root;

    private BuiltImage(string name, string archive, ImageConfig config, IReadOnlyList<Layer> layers)
    {
        Name = name;
        Archive = archive;
        Config = config;
        Layers = layers;
        _root = new(ExtractAsync);
    }

    /// <summary>The name it was built under.</summary>
    public string Name { get; }

    /// <summary>The file that holds all of it.</summary>
    public string Archive { get; }

    /// <summary>What a runtime reads before it starts it.</summary>
    public ImageConfig Config { get; }

    /// <summary>From the base up.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Its root file system, in a folder, with owners and modes as in the layers.</summary>
    public Task<string> RootAsync() => _root.Value;

    /// <summary>Reads a file that a tool has saved.</summary>
    public static async Task<BuiltImage> OpenAsync(string name, string archive, CancellationToken cancellationToken)
    {
        var folder = RunFolder.NewFolder("image");
        await Guarded.Command("tar", "-C", folder, "-xf", archive).ExecuteAsync(cancellationToken);
        var manifest = (await ReadAsync("manifest.json"))[0];
        var config = await ReadAsync(manifest.Find("Config").GetString()!);
        return new BuiltImage(
            name,
            archive,
            ImageConfig.Read(config),
            [.. manifest.Strings("Layers").Select(layer => new Layer(Path.Combine(folder, layer)))]);

        async Task<JsonElement> ReadAsync(string file) => JsonElement.Parse(
            await File.ReadAllBytesAsync(Path.Combine(folder, file), cancellationToken));
    }

    private async Task<string> ExtractAsync()
    {
        var root = RunFolder.NewFolder("root");
        foreach (var layer in Layers)
        {
            await Guarded.Command("tar", "-C", root, "--numeric-owner", "-xpf", layer.Path).ExecuteAsync();
        }

        return root;
    }
}
