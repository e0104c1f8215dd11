using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Baking;

/// <summary>
/// Builds the arguments with which Rosco calls helm. Rosco never uses <c>--no-hooks</c> or <c>--is-upgrade</c> and never
/// downloads dependencies. Source: <c>buildCommand</c> of rosco's <c>HelmTemplateUtils.java</c>.
/// </summary>
internal static class HelmCommand
{
    /// <summary>Returns arguments such as <c>template orders chart.tgz --namespace shop --set phase=migrate --values a.yaml,b.yaml</c>.</summary>
    /// <param name="context">The fields of the bake stage.</param>
    /// <param name="chart">The path of the chart.</param>
    /// <param name="values">The values files. Later files override earlier ones, and the stage's overrides override all files.</param>
    public static IReadOnlyList<string> Template(JsonObject context, string chart, IReadOnlyList<string> values)
    {
        List<string> arguments = ["template", context.Text("outputName") ?? "", chart];
        Add(arguments, "--namespace", context.Text("namespace"));
        if (context.IsTrue("includeCRDs"))
        {
            arguments.Add("--include-crds");
        }

        Add(arguments, "--api-versions", context.Text("apiVersions"));
        Add(arguments, "--kube-version", context.Text("kubeVersion"));
        if (context["overrides"] is JsonObject { Count: > 0 } overrides)
        {
            arguments.Add(context.IsTrue("rawOverrides") ? "--set" : "--set-string");
            arguments.Add(string.Join(',', overrides.Select(o => $"{o.Key}={o.Value.Text()}")));
        }

        if (values.Count > 0)
        {
            arguments.Add("--values");
            arguments.Add(string.Join(',', values));
        }

        return arguments;
    }

    private static void Add(List<string> arguments, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            arguments.Add(name);
            arguments.Add(value);
        }
    }
}
