using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Artifacts;

/// <summary>An external object that a pipeline uses, such as an image or a file. Source: kork's <c>Artifact.java</c>.</summary>
/// <param name="Type">The type, such as <c>docker/image</c>.</param>
public sealed record Artifact(string Type)
{
    /// <summary>The name of an image without its tag, or the path of a file.</summary>
    public string? Name { get; init; }

    /// <summary>The tag of an image, or the branch of a file.</summary>
    public string? Version { get; init; }

    /// <summary>The namespace of a Kubernetes object.</summary>
    public string? Location { get; init; }

    /// <summary>The location: an image's name and tag, a file's URL, or the base64-encoded content.</summary>
    public string? Reference { get; init; }

    /// <summary>The artifact account that downloads the artifact.</summary>
    public string? Account { get; init; }

    /// <summary>Reads an artifact from JSON.</summary>
    public static Artifact FromJson(JsonNode json) => new(json.Text("type") ?? "")
    {
        Name = json.Text("name"),
        Version = json.Text("version"),
        Location = json.Text("location"),
        Reference = json.Text("reference"),
        Account = json.Text("artifactAccount"),
    };

    /// <summary>Returns the artifact as expressions see it.</summary>
    public JsonObject ToJson() => new()
    {
        ["type"] = Type,
        ["name"] = Name,
        ["version"] = Version,
        ["location"] = Location,
        ["reference"] = Reference,
        ["artifactAccount"] = Account,
    };

    /// <summary>Returns a text such as <c>docker/image quay.io/example/orders:v2</c>.</summary>
    public override string ToString() =>
        $"{Type} {(Type.StartsWith("embedded/", StringComparison.Ordinal) ? Name : Reference ?? Name)}";
}
