using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Pipelines;

/// <summary>A pipeline as Spinnaker stores it, and as <c>spin pipeline save --file</c> sends it.</summary>
public sealed class Pipeline
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };

    private Pipeline(JsonObject json) => Json = json;

    /// <summary>All of it.</summary>
    public JsonObject Json { get; }

    /// <summary>Its name within the application.</summary>
    public string Name => Json.Text("name") ?? "";

    /// <summary>The application that it belongs to.</summary>
    public string Application => Json.Text("application") ?? "";

    /// <summary>What other pipelines' triggers call it. Spinnaker makes one when it saves a pipeline without.</summary>
    public string Id => Json.Text("id") ?? $"{Application}/{Name}";

    /// <summary>Whether it is a configuration of a template instead of a pipeline.</summary>
    public bool IsTemplated => Json.Text("schema") == "v2";

    /// <summary>The stages in the order of the file, which means nothing.</summary>
    public IReadOnlyList<StageConfig> Stages => [.. Json.Maps("stages").Select(s => new StageConfig(s))];

    /// <summary>Artifacts that the trigger is to bring.</summary>
    public IReadOnlyList<ExpectedArtifact> ExpectedArtifacts =>
        [.. Json.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson)];

    /// <summary>What starts it.</summary>
    public IReadOnlyList<JsonObject> Triggers => [.. Json.Maps("triggers")];

    /// <summary>What the person who starts it is asked.</summary>
    public IReadOnlyList<JsonObject> Parameters => [.. Json.Maps("parameterConfig")];

    /// <summary>Reads a file.</summary>
    /// <exception cref="RehearsalException">It is no JSON object.</exception>
    public static Pipeline Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Reads a text.</summary>
    /// <exception cref="RehearsalException">It is no JSON object, or a key stands twice.</exception>
    public static Pipeline Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: s_strict) is JsonObject json
                ? new Pipeline(json)
                : throw new RehearsalException("A pipeline is a JSON object; this is something else.");
        }
        catch (JsonException problem)
        {
            throw new RehearsalException($"This is no JSON: {problem.Message}");
        }
    }

    /// <summary>The same with other names: each text that is one of the keys becomes what the key stands for.</summary>
    /// <param name="names">As in <c>shop</c> → <c>shop-test</c>. Only whole texts count, no parts of them, and no keys.</param>
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
