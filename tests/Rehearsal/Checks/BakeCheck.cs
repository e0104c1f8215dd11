using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds bake stages whose result differs from what the pipeline intends.</summary>
internal static class BakeCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        StageConfig[] bakes = [.. pipeline.Stages.Where(s => s.Type == "bakeManifest")];
        return bakes.SelectMany(BakeProblems).Concat(bakes.SelectMany(b => ChartProblems(pipeline, b))).Concat(ReleaseProblems(bakes));
    }

    private static IEnumerable<string> BakeProblems(StageConfig bake)
    {
        var json = bake.Json;
        if (json.Text("templateRenderer") != "HELM3")
        {
            yield return $"Stage {bake}: templateRenderer is {json.Text("templateRenderer")}; the chart needs HELM3.";
        }

        if (ArtifactCheck.ProducedArtifacts(bake).Count() != 1)
        {
            yield return $"Stage {bake}: expectedArtifacts must contain exactly one artifact, the baked manifest.";
        }

        foreach (var (name, value) in json["overrides"] as System.Text.Json.Nodes.JsonObject ?? [])
        {
            var text = value.Text() ?? "";
            if (text.ToUpperInvariant() is "TRUE" or "FALSE" or "NULL" && !json.IsTrue("rawOverrides"))
            {
                yield return $"Stage {bake}: override {name} is the string \"{text}\" in the template, and a string is always true. Set rawOverrides to true to pass --set instead of --set-string to helm.";
            }

            if (text.Contains(',', StringComparison.Ordinal) && !text.Contains("${", StringComparison.Ordinal) && !text.StartsWith('{'))
            {
                yield return $"Stage {bake}: override {name} contains a comma, and helm splits the value there. Move the value to the values file, or write \\, instead of the comma.";
            }
        }
    }

    /// <summary>Finds charts in an image registry whose folder in the image is not named.</summary>
    private static IEnumerable<string> ChartProblems(Pipeline pipeline, StageConfig bake)
    {
        var chart = bake.Json.Maps("inputArtifacts").FirstOrDefault();
        var type = chart.Text("artifact", "type") ?? pipeline.ExpectedArtifacts.FirstOrDefault(e => e.Id == chart.Text("id"))?.Match.Type;
        if (type == "helm/image" && string.IsNullOrEmpty(bake.Json.Text("helmChartFilePath")))
        {
            yield return $"Stage {bake}: helmChartFilePath is missing. For a helm/image, Rosco looks for Chart.yaml in this folder of the image, which has the name of the chart.";
        }
    }

    /// <summary>Finds bakes of one release that differ in its name or namespace.</summary>
    private static IEnumerable<string> ReleaseProblems(IReadOnlyList<StageConfig> bakes)
    {
        foreach (var field in new[] { "outputName", "namespace" })
        {
            var values = bakes.Where(b => b.Json.Text("overrides", "phase") is not null).Select(b => b.Json.Text(field)).Distinct().ToList();
            if (values.Count > 1)
            {
                yield return $"The bakes differ in {field} ({string.Join(", ", values)}). They bake parts of one release, so {field} must be the same.";
            }
        }
    }
}
