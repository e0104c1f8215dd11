using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Migrator.Rehearsal.Artifacts;

/// <summary>An artifact that a pipeline or stage expects, with the id that stages use for it. Source: kork's <c>ExpectedArtifact.java</c>.</summary>
/// <param name="Id">The id by which stages refer to the artifact.</param>
/// <param name="Match">The pattern that the artifact has to match.</param>
public sealed record ExpectedArtifact(string Id, Artifact Match)
{
    /// <summary>Whether the artifact of the last execution is used if no artifact matches.</summary>
    public bool UsesPrior { get; init; }

    /// <summary>Whether <see cref="Default"/> is used if no artifact matches.</summary>
    public bool UsesDefault { get; init; }

    /// <summary>The artifact that is used if no artifact matches.</summary>
    public Artifact? Default { get; init; }

    /// <summary>The artifact that was bound, or null.</summary>
    public Artifact? Bound { get; init; }

    /// <summary>Reads an expected artifact from JSON.</summary>
    public static ExpectedArtifact FromJson(JsonObject json) =>
        new(json.Text("id") ?? "", Artifact.FromJson(json["matchArtifact"] ?? new JsonObject()))
        {
            UsesPrior = json.IsTrue("usePriorArtifact"),
            UsesDefault = json.IsTrue("useDefaultArtifact"),
            Default = json["defaultArtifact"] is JsonObject { Count: > 0 } found ? Artifact.FromJson(found) : null,
            Bound = json["boundArtifact"] is JsonObject bound ? Artifact.FromJson(bound) : null,
        };

    /// <summary>Returns the expected artifact as expressions see it.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["matchArtifact"] = Match.ToJson(),
        ["usePriorArtifact"] = UsesPrior,
        ["useDefaultArtifact"] = UsesDefault,
        ["defaultArtifact"] = Default?.ToJson(),
        ["boundArtifact"] = Bound?.ToJson(),
    };

    /// <summary>
    /// Returns whether an artifact matches. An empty field matches every value. Other fields match literally or as a regular
    /// expression.
    /// </summary>
    public bool Matches(Artifact other) =>
        Matches(Match.Type, other.Type)
        && Matches(Match.Name, other.Name)
        && Matches(Match.Version, other.Version)
        && Matches(Match.Location, other.Location)
        && Matches(Match.Reference, other.Reference);

    private static bool Matches(string? wanted, string? found) =>
        string.IsNullOrEmpty(wanted)
        || (found is not null && (wanted == found || Regex.IsMatch(found, $"^(?:{wanted})$", RegexOptions.None, TimeSpan.FromSeconds(1))));
}
