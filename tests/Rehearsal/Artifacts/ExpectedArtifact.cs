using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Migrator.Rehearsal.Artifacts;

/// <summary>An artifact that is to come, and under which id stages refer to it. Source: kork's <c>ExpectedArtifact.java</c>.</summary>
/// <param name="Id">What stages call it.</param>
/// <param name="Match">What is known of it.</param>
public sealed record ExpectedArtifact(string Id, Artifact Match)
{
    /// <summary>Take the one of the last execution when none comes.</summary>
    public bool UsesPrior { get; init; }

    /// <summary>Take <see cref="Default"/> when none comes.</summary>
    public bool UsesDefault { get; init; }

    /// <summary>What is taken when none comes.</summary>
    public Artifact? Default { get; init; }

    /// <summary>What came.</summary>
    public Artifact? Bound { get; init; }

    /// <summary>Reads one.</summary>
    public static ExpectedArtifact FromJson(JsonObject json) =>
        new(json.Text("id") ?? "", Artifact.FromJson(json["matchArtifact"] ?? new JsonObject()))
        {
            UsesPrior = json.IsTrue("usePriorArtifact"),
            UsesDefault = json.IsTrue("useDefaultArtifact"),
            Default = json["defaultArtifact"] is JsonObject { Count: > 0 } found ? Artifact.FromJson(found) : null,
            Bound = json["boundArtifact"] is JsonObject bound ? Artifact.FromJson(bound) : null,
        };

    /// <summary>As expressions see it.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["matchArtifact"] = Match.ToJson(),
        ["usePriorArtifact"] = UsesPrior,
        ["useDefaultArtifact"] = UsesDefault,
        ["defaultArtifact"] = Default?.ToJson(),
        ["boundArtifact"] = Bound?.ToJson(),
    };

    /// <summary>Whether an artifact is the one: what is left open matches all, the rest as it is or as a regular expression.</summary>
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
