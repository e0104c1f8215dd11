using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Bakes that bake something else than is meant.</summary>
internal static class BakeCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        StageConfig[] bakes = [.. pipeline.Stages.Where(s => s.Type == "bakeManifest")];
        return bakes.SelectMany(OfBake).Concat(Between(bakes));
    }

    private static IEnumerable<string> OfBake(StageConfig bake)
    {
        var json = bake.Json;
        if (json.Text("templateRenderer") != "HELM3")
        {
            yield return $"Stage {bake}: templateRenderer is {json.Text("templateRenderer")}; the chart needs HELM3.";
        }

        if (ArtifactCheck.Made(bake).Count() != 1)
        {
            yield return $"Stage {bake}: expectedArtifacts has to hold exactly one artifact, the baked manifest.";
        }

        foreach (var (name, value) in json["overrides"] as System.Text.Json.Nodes.JsonObject ?? [])
        {
            var text = value.Text() ?? "";
            if (text.ToUpperInvariant() is "TRUE" or "FALSE" or "NULL" && !json.IsTrue("rawOverrides"))
            {
                yield return $"Stage {bake}: override {name} is the text \"{text}\" in the template, and a text is true: set rawOverrides to true, so that helm gets --set instead of --set-string.";
            }

            if (text.Contains(',', StringComparison.Ordinal) && !text.Contains("${", StringComparison.Ordinal) && !text.StartsWith('{'))
            {
                yield return $"Stage {bake}: override {name} holds a comma, at which helm cuts it: put it into the values file, or write \\, for it.";
            }
        }
    }

    /// <summary>The halves of one release have to agree on its name and place.</summary>
    private static IEnumerable<string> Between(IReadOnlyList<StageConfig> bakes)
    {
        foreach (var field in new[] { "outputName", "namespace" })
        {
            var values = bakes.Where(b => b.Json.Text("overrides", "phase") is not null).Select(b => b.Json.Text(field)).Distinct().ToList();
            if (values.Count > 1)
            {
                yield return $"The bakes differ in {field} ({string.Join(", ", values)}): they are halves of one release and have to agree on it.";
            }
        }
    }
}
