using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Triggers;

/// <summary>
/// Which docker triggers a new tag starts. Source: echo's <c>AbstractOCIRegistryEventHandler.java</c>,
/// <c>BaseTriggerEventHandler.java</c>.
/// </summary>
internal static class DockerTriggers
{
    /// <summary>The trigger of a pipeline that a tag starts, or null.</summary>
    public static JsonObject? Find(Pipeline pipeline, Artifact image) => pipeline.Triggers.FirstOrDefault(t =>
        t.Text("type") == "docker"
        && t.IsTrue("enabled")
        && !string.IsNullOrEmpty(t.Text("account"))
        && IsOf(t, pipeline, image)
        && TagMatches(t.Text("tag")?.Trim(), image.Version ?? "")
        && ArtifactsMatch(t, pipeline, image));

    /// <summary>
    /// Whether the trigger watches the image. Spinnaker compares account and repository; here the image's name says
    /// both, as registry and repository or as the expected artifact writes it.
    /// </summary>
    private static bool IsOf(JsonObject trigger, Pipeline pipeline, Artifact image) =>
        $"{trigger.Text("registry")}/{trigger.Text("repository")}" == image.Name
        || Expected(trigger, pipeline).Any(e => e.Match.Name == image.Name);

    /// <summary>Without a pattern every tag but <c>latest</c>; a pattern is a regular expression for the whole tag.</summary>
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
