using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>values.schema.json rejects unknown values and matches values.yaml.</summary>
public sealed class SchemaTests
{
    private const int Limit = 60_000;

    private static JsonObject Schema { get; } = JsonNode.Parse(ChartFolder.Read("values.schema.json"))!.AsObject();

    [Fact(Timeout = Limit)]
    public void The_schema_has_exactly_the_keys_of_values_yaml() =>
        Compare(Yaml.Parse(ChartFolder.Read("values.yaml"))!, Schema, "");

    [Theory(Timeout = Limit)]
    [InlineData("imgae: {}", "imgae")]
    [InlineData("image: {tags: v1}", "tags")]
    [InlineData("database: {secret: a}", "secret")]
    [InlineData("database: {keys: {uri: a}}", "uri")]
    [InlineData("migration: {enable: true}", "enable")]
    [InlineData("migration: {scripts: {configmap: a}}", "configmap")]
    [InlineData("migration: {rollback: {enable: true}}", "enable")]
    [InlineData("gate: {wait: 1s}", "wait")]
    [InlineData("app: {replicaCount: 2}", "replicaCount")]
    [InlineData("ingress: {hosts: [{hostname: a}]}", "hostname")]
    [InlineData("httpRoute: {hosts: []}", "hosts")]
    public async Task An_unknown_value_is_rejected(string values, string name) =>
        Assert.All(await Rejection.OfAsync(values), m => Assert.Contains(name, m, StringComparison.Ordinal));

    [Theory(Timeout = Limit)]
    [InlineData("phase: migration", "phase")]
    [InlineData("migration: {mode: plain}", "mode")]
    [InlineData("migration: {rollback: {hook: pre-upgrade}}", "hook")]
    [InlineData("migration: {rollback: {onMissingUndo: ignore}}", "onMissingUndo")]
    [InlineData("migration: {backoffLimit: '1'}", "backoffLimit")]
    [InlineData("migration: {backoffLimit: 11}", "backoffLimit")]
    [InlineData("migration: {dir: migrations}", "dir")]
    [InlineData("migration: {scripts: {inline: {orders.sql: SELECT 1}}}", "orders.sql")]
    [InlineData("migration: {env: {A: b}}", "env")]
    [InlineData("migration: {podSpec: {restartPolicy: Always}}", "podSpec")]
    [InlineData("app: {podSpec: {volumes: []}}", "podSpec")]
    [InlineData("app: {port: 0}", "port")]
    [InlineData("app: {replicas: -1}", "replicas")]
    [InlineData("service: {spec: {selector: {}}}", "spec")]
    [InlineData("database: {sslMode: verify_full}", "sslMode")]
    [InlineData("podDisruptionBudget: {minAvailable: half}", "minAvailable")]
    [InlineData("fullnameOverride: Orders", "fullnameOverride")]
    public async Task An_invalid_value_is_rejected(string values, string name) =>
        Assert.All(await Rejection.OfAsync(values), m => Assert.Contains(name, m, StringComparison.Ordinal));

    private static void Compare(YamlNode value, JsonObject schema, string path)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            schema = Schema["definitions"]![reference.Split('/')[^1]]!.AsObject();
        }

        if (schema["properties"] is not JsonObject properties)
        {
            return;
        }

        if (properties.All(p => p.Value!.GetValueKind() == JsonValueKind.False))
        {
            // Fields of Kubernetes, except those that the chart sets.
            return;
        }

        Assert.False(schema["additionalProperties"]?.GetValue<bool>() ?? true, $"{path} accepts unknown values");
        if (value is not YamlMappingNode { Children.Count: > 0 })
        {
            return;
        }

        Assert.Equal(
            properties.Select(p => $"{path}.{p.Key}").Order(StringComparer.Ordinal),
            value.Entries().Select(e => $"{path}.{e.Key}").Order(StringComparer.Ordinal));
        foreach (var (key, inner) in value.Entries())
        {
            Compare(inner, properties[key]!.AsObject(), $"{path}.{key}");
        }
    }
}
