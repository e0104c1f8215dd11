using System.Text.Json.Nodes;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Storage;

/// <summary>Selects objects by their labels.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors</remarks>
internal sealed class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _conditions = [];

    /// <summary>Creates a selector from a Deployment's spec. Null selects nothing.</summary>
    public static LabelSelector Of(JsonNode? selector)
    {
        var result = new LabelSelector();
        if (selector is null)
        {
            result._conditions.Add(_ => false);
        }

        foreach (var (key, value) in selector.Map("matchLabels"))
        {
            result.Add(key, "In", [value]);
        }

        foreach (var expression in selector.Items("matchExpressions"))
        {
            result.Add(
                expression.Text("key") ?? "", expression.Text("operator") ?? "", [.. expression.Texts("values")]);
        }

        return result;
    }

    /// <summary>
    /// Creates a selector from a map of labels, as in a Service's spec. An empty map selects nothing.
    /// </summary>
    public static LabelSelector OfMap(JsonNode? labels) => labels is JsonObject { Count: > 0 }
        ? Of(new JsonObject { ["matchLabels"] = labels.DeepClone() })
        : Of(null);

    /// <summary>Parses a selector of a query, such as <c>app=x,tier!=y,env in (a,b),!gone</c>.</summary>
    /// <exception cref="ApiException">400: the selector is invalid.</exception>
    public static LabelSelector Parse(string? text)
    {
        var result = new LabelSelector();
        foreach (var part in SplitOutsideParentheses(text ?? ""))
        {
            result.AddText(part);
        }

        return result;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _conditions.TrueForAll(c => c(labels));

    public bool Matches(JsonObject value) => Matches(value.Map("metadata", "labels"));

    private void AddText(string part)
    {
        if (part.EndsWith(')') && part.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
        {
            var words = part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = part[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
            Add(words[0], words[^1] == "notin" ? "NotIn" : "In", values);
        }
        else if (part.IndexOf("!=", StringComparison.Ordinal) is > 0 and var not)
        {
            Add(part[..not].Trim(), "NotIn", [part[(not + 2)..].Trim()]);
        }
        else if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
        {
            Add(part[..equals].Trim(), "In", [part[(equals + 1)..].TrimStart('=').Trim()]);
        }
        else if (part.Contains(' ', StringComparison.Ordinal) || part.Contains('=', StringComparison.Ordinal))
        {
            throw ApiException.BadRequest(
                $"unable to parse requirement: found '{part}', expected: '=', '!=', '==', 'in', notin'");
        }
        else
        {
            Add(part.TrimStart('!'), part[0] == '!' ? "DoesNotExist" : "Exists", []);
        }
    }

    private void Add(string key, string operation, string[] values) => _conditions.Add(operation switch
    {
        "In" => labels => labels.TryGetValue(key, out var value) && values.Contains(value),
        "NotIn" => labels => !labels.TryGetValue(key, out var value) || !values.Contains(value),
        "Exists" => labels => labels.ContainsKey(key),
        _ => labels => !labels.ContainsKey(key),
    });

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        var depth = 0;
        var start = 0;
        for (var index = 0; index <= text.Length; index++)
        {
            var letter = index < text.Length ? text[index] : ',';
            depth += letter switch { '(' => 1, ')' => -1, _ => 0 };
            if (letter == ',' && (depth == 0 || index == text.Length))
            {
                if (text[start..index].Trim() is { Length: > 0 } part)
                {
                    yield return part;
                }

                start = index + 1;
            }
        }
    }
}
