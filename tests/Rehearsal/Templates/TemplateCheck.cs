using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal.Checks;

namespace Migrator.Rehearsal.Templates;

/// <summary>
/// Finds mistakes in a template: those that Spinnaker rejects (orca's <c>SaveV2PipelineTemplateTask.java</c>), and unknown
/// fields, which it saves and ignores.
/// </summary>
internal static partial class TemplateCheck
{
    private static readonly string[] s_fields = ["schema", "id", "protect", "tag", "metadata", "variables", "pipeline"];

    private static readonly string[] s_variableFields =
        ["name", "description", "type", "defaultValue", "example", "nullable", "merge", "remove", "group"];

    private static readonly string[] s_types = ["string", "int", "float", "bool", "boolean", "list", "object"];

    /// <summary>Returns one message for each mistake. The list is empty if the template has none.</summary>
    public static IEnumerable<string> Problems(JsonObject template)
    {
        if (template.Text("schema") != "v2")
        {
            yield return $"The template's schema must be v2, not '{template.Text("schema")}'.";
        }

        if (template.Text("id") is not { Length: > 0 } id || id.Contains('.', StringComparison.Ordinal))
        {
            yield return "The template's id is missing or contains a dot.";
        }

        if (!Name().IsMatch(template.Text("metadata", "name") ?? ""))
        {
            yield return $"metadata.name '{template.Text("metadata", "name")}' may contain only letters, digits, spaces, - and &.";
        }

        if (string.IsNullOrEmpty(template.Text("metadata", "description")))
        {
            yield return "metadata.description is missing.";
        }

        if (!template.Items("metadata", "scopes").Any())
        {
            yield return "metadata.scopes is missing. It lists the applications that may use the template.";
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
            yield return $"The variable name '{name}' may contain only letters, digits and _.";
        }

        if (!s_types.Contains(variable.Text("type")))
        {
            yield return $"The variable {name} has the unknown type '{variable.Text("type")}'{Spelling.Hint(variable.Text("type") ?? "", s_types)}";
        }

        foreach (var problem in Unknown(variable, s_variableFields, $"the variable {name}"))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Unknown(JsonObject json, string[] known, string what) =>
        json.Select(e => e.Key).Except(known).Select(n => $"Unknown field {n} in {what}{Spelling.Hint(n, known)}");

    // The range A-z is copied from Spinnaker.
    [GeneratedRegex(@"^[a-zA-z0-9-&\s]+$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-zA-Z0-9_]+$")]
    private static partial Regex VariableName();
}
