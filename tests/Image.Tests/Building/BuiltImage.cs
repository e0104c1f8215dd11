using System.Text.Json;
using Migrator.Tooling.Processes;

namespace Migrator.Image.Tests.Building;

/// <summary>An image in the format of <c>docker save</c>, independent of the tool that built it.</summary>
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

    /// <summary>The name of the image.</summary>
    public string Name { get; }

    /// <summary>The file with the image.</summary>
    public string Archive { get; }

    /// <summary>The image's configuration for the container runtime.</summary>
    public ImageConfig Config { get; }

    /// <summary>The layers, starting with those of the base image.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Returns a folder with the root file system, with the owners and modes of the layers.</summary>
    public Task<string> RootAsync() => _root.Value;

    /// <summary>Opens a saved image.</summary>
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
