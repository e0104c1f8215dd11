using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Expressions;

/// <summary>
/// Evaluates texts that contain <c>${…}</c>. If an expression fails, its text stays unchanged and the failure is recorded.
/// Source: kork's <c>ExpressionTransform.java</c>.
/// </summary>
internal static class TextTemplate
{
    /// <summary>Returns a copy of a JSON tree in which all texts are evaluated.</summary>
    /// <param name="node">The JSON tree.</param>
    /// <param name="scope">The variables and functions of the expressions.</param>
    /// <param name="failures">Receives one message for each failed expression.</param>
    public static JsonNode? Evaluate(JsonNode? node, Scope scope, ICollection<string> failures) => node switch
    {
        JsonObject map => new JsonObject(map.Select(e => KeyValuePair.Create(e.Key, Evaluate(e.Value, scope, failures)))),
        JsonArray list => new JsonArray([.. list.Select(i => Evaluate(i, scope, failures))]),
        JsonValue value when value.TryGetValue<string>(out var text) && text.Contains("${", StringComparison.Ordinal) =>
            Evaluate(text, scope, failures),
        null => null,
        _ => node.DeepClone(),
    };

    /// <summary>Returns the expressions in a text, without their <c>${</c> and <c>}</c>.</summary>
    public static IEnumerable<string> Expressions(string text) =>
        Parts(text).Where(p => p.IsExpression).Select(p => p.Text);

    private static JsonNode? Evaluate(string text, Scope scope, ICollection<string> failures)
    {
        try
        {
            List<(string Text, bool IsExpression)> parts = [.. Parts(text)];
            if (parts is [(var only, true)])
            {
                // A text that is a single expression becomes the value itself: a list stays a list.
                var value = Expression.Parse(only)(scope);
                if (value is null)
                {
                    failures.Add($"{only} not found");
                    return text;
                }

                return Values.ToJson(value);
            }

            return string.Concat(parts.Select(p => p.IsExpression ? Values.Print(Expression.Parse(p.Text)(scope)) : p.Text));
        }
        catch (ExpressionException problem)
        {
            failures.Add($"Failed to evaluate {text}: {problem.Message}");
            return text;
        }
    }

    private static IEnumerable<(string Text, bool IsExpression)> Parts(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            var start = text.IndexOf("${", position, StringComparison.Ordinal);
            if (start < 0)
            {
                yield return (text[position..], false);
                yield break;
            }

            if (start > position)
            {
                yield return (text[position..start], false);
            }

            var end = End(text, start + 2);
            yield return (text[(start + 2)..end].Trim(), true);
            position = end + 1;
        }
    }

    /// <summary>Returns the position of the closing brace. Braces in quotes and nested pairs are skipped.</summary>
    private static int End(string text, int start)
    {
        var (depth, quote) = (0, '\0');
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '{')
            {
                depth++;
            }
            else if (c == '}' && depth-- == 0)
            {
                return i;
            }
        }

        throw new ExpressionException($"'{text}' has a ${{ without a closing }}.");
    }
}
