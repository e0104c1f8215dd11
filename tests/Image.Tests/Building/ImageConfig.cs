using System.Text.Json;

namespace Migrator.Image.Tests.Building;

/// <summary>
/// The part of an image's configuration that a container runtime uses
/// (https://github.com/opencontainers/image-spec/blob/main/config.md).
/// </summary>
internal sealed record ImageConfig(
    string Architecture,
    string User,
    IReadOnlyList<string> Entrypoint,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<string> LayerDigests)
{
    public static ImageConfig Read(JsonElement image)
    {
        var config = image.Find("config");
        return new ImageConfig(
            image.Find("architecture").GetString()!,
            config.Find("User") is { ValueKind: JsonValueKind.String } user ? user.GetString()! : "",
            config.Strings("Entrypoint"),
            config.Strings("Cmd"),
            config.Strings("Env").Select(e => e.Split('=', 2)).ToDictionary(e => e[0], e => e[1]),
            config.Find("Labels") is { ValueKind: JsonValueKind.Object } labels
                ? labels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!)
                : new Dictionary<string, string>(),
            image.Find("rootfs").Strings("diff_ids"));
    }
}
