using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Artifacts;

/// <summary>A thing outside of Spinnaker that a pipeline works with. Source: kork's <c>Artifact.java</c>.</summary>
/// <param name="Type">As in <c>docker/image</c>.</param>
public sealed record Artifact(string Type)
{
    /// <summary>An image's name without its tag, or a file's path.</summary>
    public string? Name { get; init; }

    /// <summary>An image's tag, or a file's branch.</summary>
    public string? Version { get; init; }

    /// <summary>A Kubernetes object's namespace.</summary>
    public string? Location { get; init; }

    /// <summary>Where it is: an image's name and tag, a file's URL, or the thing itself in base64.</summary>
    public string? Reference { get; init; }

    /// <summary>The account that fetches it.</summary>
    public string? Account { get; init; }

    /// <summary>Reads one.</summary>
    public static Artifact FromJson(JsonNode json) => new(json.Text("type") ?? "")
    {
        Name = json.Text("name"),
        Version = json.Text("version"),
        Location = json.Text("location"),
        Reference = json.Text("reference"),
        Account = json.Text("artifactAccount"),
    };

    /// <summary>As expressions see it.</summary>
    public JsonObject ToJson() => new()
    {
        ["type"] = Type,
        ["name"] = Name,
        ["version"] = Version,
        ["location"] = Location,
        ["reference"] = Reference,
        ["artifactAccount"] = Account,
    };

    /// <summary>As in <c>docker/image quay.io/example/orders:v2</c>.</summary>
    public override string ToString() =>
        $"{Type} {(Type.StartsWith("embedded/", StringComparison.Ordinal) ? Name : Reference ?? Name)}";
}
