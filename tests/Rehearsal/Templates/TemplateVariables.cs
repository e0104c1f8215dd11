using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Expressions;

namespace Migrator.Rehearsal.Templates;

/// <summary>Resolves the variables of a template. Source: orca's <c>V2DefaultVariableAssignmentTransform.java</c>.</summary>
internal static class TemplateVariables
{
    /// <summary>Returns the value or the default of each variable. Ignores values that the template does not define, as Orca does.</summary>
    /// <exception cref="RehearsalException">A variable has no value, or a value of the wrong type.</exception>
    public static JsonObject Resolve(IEnumerable<JsonObject> variables, JsonObject given)
    {
        JsonObject values = [];
        List<string> missing = [];
        List<string> wrong = [];
        foreach (var variable in variables)
        {
            var name = variable.Text("name") ?? "";
            var value = given.ContainsKey(name) ? given[name] : variable["defaultValue"];
            values[name] = value?.DeepClone();
            if (value is null && !variable.IsTrue("nullable"))
            {
                missing.Add(name);
            }
            else if (value is not null && !HasType(variable.Text("type") ?? "object", value))
            {
                wrong.Add($"{name} (expected type '{variable.Text("type")}' found {value.ToJsonString()})");
            }
        }

        return (missing, wrong) switch
        {
            ([_, ..], _) => throw new RehearsalException($"Missing variable values for: {string.Join(", ", missing)}"),
            (_, [_, ..]) => throw new RehearsalException($"Incorrectly defined variable(s): {string.Join(", ", wrong)}"),
            _ => values,
        };
    }

    /// <summary>Returns the scope of expressions that are evaluated before an execution exists. It contains only the template's variables.</summary>
    public static Scope ScopeOf(JsonNode? values) => new(
        name => name == "templateVariables" ? Values.FromJson(values) : throw new ExpressionException($"{name} not found"),
        (name, _) => throw new ExpressionException($"#{name} is not available before an execution"));

    private static bool HasType(string type, JsonNode value) => type.ToUpperInvariant() switch
    {
        "OBJECT" => true,
        "STRING" => value.GetValueKind() == JsonValueKind.String,
        "BOOL" or "BOOLEAN" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "INT" => value.GetValueKind() == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
        "FLOAT" => value.GetValueKind() == JsonValueKind.Number,
        "LIST" => value is JsonArray,
        _ => false,
    };
}
