using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Pipelines;

/// <summary>A pipeline as Spinnaker stores it, and as <c>spin pipeline save --file</c> sends it.</summary>
public sealed class Pipeline
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    private Pipeline(JsonObject json) => Json = json;

    /// <summary>The complete JSON.</summary>
    public JsonObject Json { get; }

    /// <summary>The name. It is unique within the application.</summary>
    public string Name => Json.Text("name") ?? "";

    /// <summary>The application of the pipeline.</summary>
    public string Application => Json.Text("application") ?? "";

    /// <summary>The id by which triggers of other pipelines refer to this one. Spinnaker generates it if a saved pipeline has none.</summary>
    public string Id => Json.Text("id") ?? $"{Application}/{Name}";

    /// <summary>Whether this is a configuration of a template.</summary>
    public bool IsTemplated => Json.Text("schema") == "v2";

    /// <summary>The stages in the order of the file. The order has no meaning.</summary>
    public IReadOnlyList<StageConfig> Stages => [.. Json.Maps("stages").Select(s => new StageConfig(s))];

    /// <summary>The artifacts that the pipeline expects from its trigger.</summary>
    public IReadOnlyList<ExpectedArtifact> ExpectedArtifacts =>
        [.. Json.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson)];

    /// <summary>The triggers.</summary>
    public IReadOnlyList<JsonObject> Triggers => [.. Json.Maps("triggers")];

    /// <summary>The parameters of a manual start.</summary>
    public IReadOnlyList<JsonObject> Parameters => [.. Json.Maps("parameterConfig")];

    /// <summary>Reads a pipeline from a file.</summary>
    /// <exception cref="RehearsalException">The file is not a JSON object, or contains a duplicate key.</exception>
    public static Pipeline Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Reads a pipeline from a text.</summary>
    /// <exception cref="RehearsalException">The text is not a JSON object, or contains a duplicate key.</exception>
    public static Pipeline Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: s_strict) is JsonObject json
                ? new Pipeline(json)
                : throw new RehearsalException("A pipeline must be a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new RehearsalException($"This is not valid JSON: {problem.Message}");
        }
    }

    /// <summary>Returns a copy in which texts are replaced.</summary>
    /// <param name="names">The new text for each old text, such as <c>shop</c> → <c>shop-test</c>. Replaces only complete values, not parts of them and not keys.</param>
    public Pipeline With(IReadOnlyDictionary<string, string> names) => new((JsonObject)Fill(Json, names)!);

    private static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, string> names) => node switch
    {
        JsonObject map => new JsonObject(map.Select(e => KeyValuePair.Create(e.Key, Fill(e.Value, names)))),
        JsonArray list => new JsonArray([.. list.Select(i => Fill(i, names))]),
        JsonValue value when value.TryGetValue<string>(out var text) && names.TryGetValue(text, out var name) => name,
        null => null,
        _ => node.DeepClone(),
    };
}
