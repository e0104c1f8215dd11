using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal.Checks;

namespace Migrator.Rehearsal.Templates;

/// <summary>
/// What Spinnaker does not save as a template (orca's <c>SaveV2PipelineTemplateTask.java</c>), and what it would save and
/// never use.
/// </summary>
internal static partial class TemplateCheck
{
    private static readonly string[] s_fields = ["schema", "id", "protect", "tag", "metadata", "variables", "pipeline"];

    private static readonly string[] s_variableFields =
        ["name", "description", "type", "defaultValue", "example", "nullable", "merge", "remove", "group"];

    private static readonly string[] s_types = ["string", "int", "float", "bool", "boolean", "list", "object"];

    /// <summary>A sentence for each mistake; none when there is none.</summary>
    public static IEnumerable<string> Problems(JsonObject template)
    {
        if (template.Text("schema") != "v2")
        {
            yield return $"The template's schema has to be v2, not '{template.Text("schema")}'.";
        }

        if (template.Text("id") is not { Length: > 0 } id || id.Contains('.', StringComparison.Ordinal))
        {
            yield return "The template needs an id without dots.";
        }

        if (!Name().IsMatch(template.Text("metadata", "name") ?? ""))
        {
            yield return $"metadata.name '{template.Text("metadata", "name")}' may hold letters, digits, spaces, - and &, and nothing else.";
        }

        if (string.IsNullOrEmpty(template.Text("metadata", "description")))
        {
            yield return "metadata.description is missing.";
        }

        if (!template.Items("metadata", "scopes").Any())
        {
            yield return "metadata.scopes is missing: which applications may use the template.";
        }

        if (template["pipeline"] is not JsonObject)
        {
            yield return "The template has no pipeline.";
        }

        foreach (var problem in Unknown(template, s_fields, "the template").Concat(template.Maps("variables").SelectMany(Variable)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Variable(JsonObject variable)
    {
        var name = variable.Text("name") ?? "";
        if (!VariableName().IsMatch(name))
        {
            yield return $"The variable name '{name}' may hold letters, digits and _, and nothing else.";
        }

        if (!s_types.Contains(variable.Text("type")))
        {
            yield return $"The variable {name} has the type '{variable.Text("type")}', which no value is of{Spelling.Hint(variable.Text("type") ?? "", s_types)}";
        }

        foreach (var problem in Unknown(variable, s_variableFields, $"the variable {name}"))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Unknown(JsonObject json, string[] known, string what) =>
        json.Select(e => e.Key).Except(known).Select(n => $"{n} is no field of {what}{Spelling.Hint(n, known)}");

    // The range A-z is theirs.
    [GeneratedRegex(@"^[a-zA-z0-9-&\s]+$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-zA-Z0-9_]+$")]
    private static partial Regex VariableName();
}
