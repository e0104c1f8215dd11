using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Triggers;

/// <summary>
/// Finds the docker triggers that fire for a new tag. Source: echo's <c>AbstractOCIRegistryEventHandler.java</c>,
/// <c>BaseTriggerEventHandler.java</c>.
/// </summary>
internal static class DockerTriggers
{
    /// <summary>Returns the trigger of a pipeline that fires for an image tag, or null.</summary>
    public static JsonObject? Find(Pipeline pipeline, Artifact image) => pipeline.Triggers.FirstOrDefault(t =>
        t.Text("type") == "docker"
        && t.IsTrue("enabled")
        && !string.IsNullOrEmpty(t.Text("account"))
        && WatchesImage(t, pipeline, image)
        && TagMatches(t.Text("tag")?.Trim(), image.Version ?? "")
        && ArtifactsMatch(t, pipeline, image));

    /// <summary>
    /// Returns whether the trigger watches the image. Spinnaker compares the account and the repository. The rehearsal
    /// compares the image's name with the trigger's registry and repository, or with the expected artifact.
    /// </summary>
    private static bool WatchesImage(JsonObject trigger, Pipeline pipeline, Artifact image) =>
        $"{trigger.Text("registry")}/{trigger.Text("repository")}" == image.Name
        || Expected(trigger, pipeline).Any(e => e.Match.Name == image.Name);

    /// <summary>Returns whether a tag matches the pattern, a regular expression for the whole tag. Without a pattern, every tag except <c>latest</c> matches.</summary>
    private static bool TagMatches(string? pattern, string tag)
    {
        try
        {
            return string.IsNullOrEmpty(pattern)
                ? tag != "latest"
                : Regex.IsMatch(tag, $"^(?:{pattern})$", RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool ArtifactsMatch(JsonObject trigger, Pipeline pipeline, Artifact image)
    {
        ExpectedArtifact[] expected = [.. Expected(trigger, pipeline)];
        return expected.Length == 0 || expected.Any(e => e.Matches(image));
    }

    private static IEnumerable<ExpectedArtifact> Expected(JsonObject trigger, Pipeline pipeline) =>
        pipeline.ExpectedArtifacts.Where(e => trigger.Texts("expectedArtifactIds").Contains(e.Id));
}
