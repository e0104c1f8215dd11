using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal;
using Migrator.Rehearsal.Execution;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>A recorded execution of a real Spinnaker, from <c>Recordings/</c>.</summary>
internal sealed partial class Recording
{
    // The recorded pipeline bakes this manifest after it has deployed the old version, the current one before.
    private const string EarlierStage = "Bake the undo";

    // Readable messages: quotes and angle brackets stay unescaped.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Names that the pipelines of this repository have changed since the recording.
    private static readonly Dictionary<string, string> s_renamedStages = new() { ["Bake the undoing"] = "Bake the undo" };

    // The chart now creates these objects with the Job that undoes the schema, which waits for a rollout.
    private static readonly string[] s_newKinds = ["Role", "RoleBinding", "ServiceAccount"];

    private readonly string _text;

    private Recording(string text) => _text = text;

    /// <summary>The folder of the recordings.</summary>
    public static string Folder { get; } = RepositoryRoot.Combine("tests", "Deployment.Tests", "Spinnaker", "Recordings");

    /// <summary>Loads the recording with a number.</summary>
    public static Recording Load(int number) =>
        new(File.ReadAllText(Assert.Single(Directory.GetFiles(Folder, $"{number:00}-*.json"))));

    /// <summary>Fails the test if the rehearsal's execution differs from the recording.</summary>
    /// <param name="execution">The execution in the rehearsal.</param>
    /// <param name="orders">The names of the test.</param>
    /// <param name="names">Texts of the recording, such as tags, and the texts of the test.</param>
    /// <param name="isSamePipeline">
    /// Whether the rehearsal ran the recorded pipeline. Otherwise it ran its successor, which has more stages.
    /// </param>
    public void AssertSame(
        PipelineExecution execution, Orders orders, IReadOnlyDictionary<string, string>? names = null, bool isSamePipeline = true)
    {
        var recorded = Allow(Recorded(names ?? new Dictionary<string, string>()), isSamePipeline);
        var rehearsed = Allow(Rehearsed(execution, orders), isSamePipeline);
        if (!isSamePipeline)
        {
            var wanted = recorded.Keys.ToHashSet();
            rehearsed = rehearsed.Where(s => wanted.Contains(s.Key)).ToDictionary();
        }

        var differences = recorded.Keys.Union(rehearsed.Keys)
            .SelectMany(stage => Differences(stage, "", recorded.GetValueOrDefault(stage), rehearsed.GetValueOrDefault(stage))).ToList();
        Assert.True(differences.Count == 0, $"{execution} differs from the recording:\n{string.Join('\n', differences)}");
    }

    /// <summary>Returns the recorded execution with the tags of the test. Two registries were used for the recordings.</summary>
    private JsonObject Recorded(IReadOnlyDictionary<string, string> names)
    {
        var text = _text.Replace("registry.example.com:5000/", "quay.io/", StringComparison.Ordinal);
        foreach (var (recorded, name) in names)
        {
            text = Regex.Replace(text, $@"(?<![\w-]){Regex.Escape(recorded)}(?![\w-])", name);
        }

        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Returns the rehearsed execution with the names of the recordings: namespace, image and Jobs, whose names now end in a hash.</summary>
    private static JsonObject Rehearsed(PipelineExecution execution, Orders orders)
    {
        var text = ReducedExecution.Of(execution).ToJsonString(s_readable).Replace(orders.Namespace.Name, "shop", StringComparison.Ordinal);
        text = Regex.Replace(text, $"\"{Regex.Escape(orders.Repository)}:(?=v\\d)", "\"quay.io/example/orders:");
        text = text.Replace(
            $"\"docker/image\",\"name\":\"{orders.Repository}\"", "\"docker/image\",\"name\":\"quay.io/example/orders\"", StringComparison.Ordinal);
        text = JobHash().Replace(text, "orders-$1");
        return JsonNode.Parse(PodName().Replace(text, "$1$2-POD"))!.AsObject();
    }

    /// <summary>
    /// Returns the parts to compare: the execution itself under an empty name, and its stages. Removes the differences that are
    /// allowed, because the pipelines and the chart have changed since the recording.
    /// </summary>
    private static Dictionary<string, JsonNode> Allow(JsonObject execution, bool isSamePipeline)
    {
        Dictionary<string, JsonNode> parts = [];
        foreach (var stage in execution.Maps("stages"))
        {
            var name = stage.Text("name")!;
            if (!isSamePipeline)
            {
                // Stages were inserted and renamed.
                stage.Remove("refId");
                stage["name"] = name = s_renamedStages.GetValueOrDefault(name, name);
                Remove(stage, "createdArtifacts", a => s_newKinds.Contains(a.Text("type")!["kubernetes/".Length..], StringComparer.OrdinalIgnoreCase));
                Remove(stage, "manifestNames", m => s_newKinds.Contains(m.Text()!.Split(' ')[0], StringComparer.OrdinalIgnoreCase));
                Remove(stage, "applied", o => s_newKinds.Contains(o.Text("kind")));
            }

            if (!isSamePipeline && name == EarlierStage && stage.Text("status") is ("NOT_STARTED" or "SKIPPED"))
            {
                stage["status"] = "NOT_STARTED or SKIPPED";
            }

            parts[name] = stage;
        }

        execution.Remove("stages");
        parts[""] = execution;
        return parts;
    }

    private static void Remove(JsonObject stage, string key, Func<JsonNode?, bool> isAllowed) =>
        (stage[key] as JsonArray)?.RemoveAll(isAllowed);

    private static IEnumerable<string> Differences(string stage, string path, JsonNode? recorded, JsonNode? rehearsed)
    {
        if (recorded is JsonObject map && rehearsed is JsonObject otherMap)
        {
            return map.Select(e => e.Key).Union(otherMap.Select(e => e.Key))
                .SelectMany(key => Differences(stage, $"{path}.{key}", map[key], otherMap[key]));
        }

        if (recorded is JsonArray list && rehearsed is JsonArray otherList)
        {
            return Enumerable.Range(0, Math.Max(list.Count, otherList.Count))
                .SelectMany(i => Differences(stage, $"{path}[{i}]", list.ElementAtOrDefault(i), otherList.ElementAtOrDefault(i)));
        }

        return JsonNode.DeepEquals(recorded, rehearsed)
            ? []
            : [$"  {(stage.Length > 0 ? $"stage {stage}, " : "")}{path.TrimStart('.')}: recorded {Print(recorded)}, rehearsed {Print(rehearsed)}"];
    }

    private static string Print(JsonNode? node) => node?.ToJsonString(s_readable) ?? "nothing";

    [GeneratedRegex("orders-(migrate|rollback)-[0-9a-f]{8}")]
    private static partial Regex JobHash();

    [GeneratedRegex(@"(pod shop/|Pod: ')([a-z0-9-]+)-[a-z0-9]{5}\b")]
    private static partial Regex PodName();
}
