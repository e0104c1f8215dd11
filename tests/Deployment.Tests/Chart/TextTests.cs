using System.Text.Json.Nodes;
using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>A value that becomes text must be text: YAML turns 1.0, 0123456, 6063e05 and no into other values before Helm sees them.</summary>
public sealed class TextTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("image: {tag: 1.0}", "image.tag", "the number 1,")]
    [InlineData("image: {tag: 0123456}", "image.tag", "the number 42798,")]
    [InlineData("image: {tag: 6063e05}", "image.tag", "the number 606300000,")]
    [InlineData("image: {tag: 20240115}", "image.tag", "the number 20240115,")]
    [InlineData("image: {tag: no}", "image.tag", "the boolean false,")]
    [InlineData("migration: {image: {repository: m, tag: 2.10}}", "migration.image.tag", "the number 2.1,")]
    [InlineData("migration: {placeholders: {zip: 01234}}", "migration.placeholders.zip", "the number 668,")]
    [InlineData("migration: {placeholders: {ver: 1.10}}", "migration.placeholders.ver", "the number 1.1,")]
    [InlineData("migration: {placeholders: {country: no}}", "migration.placeholders.country", "the boolean false,")]
    [InlineData("migration: {schema: 2024}", "migration.schema", "the number 2024,")]
    [InlineData("migration: {env: [{name: A, value: 1}]}", "migration.env[0].value", "the number 1,")]
    [InlineData("app: {env: [{name: A, value: a}, {name: B, value: yes}]}", "app.env[1].value", "the boolean true,")]
    [InlineData("app: {args: [serve, 8080]}", "app.args[1]", "the number 8080,")]
    [InlineData("app: {podAnnotations: {prometheus.io/scrape: true}}", "app.podAnnotations.prometheus.io/scrape", "the boolean true,")]
    [InlineData("commonLabels: {cost-center: 42}", "commonLabels.cost-center", "the number 42,")]
    [InlineData("nodeSelector: {gpu: on}", "nodeSelector.gpu", "the boolean true,")]
    [InlineData("database: {name: 007}", "database.name", "the number 7,")]
    [InlineData("ingress: {hosts: [{host: 1.5}]}", "ingress.hosts[0].host", "the number 1.5,")]
    [InlineData("fullnameOverride: 1e3", "fullnameOverride", "the number 1000,")]
    public async Task A_number_or_a_boolean_of_a_values_file_is_refused(string values, string path, string seen)
    {
        Assert.All(await Rejection.OfAsync(values), m =>
        {
            Assert.Contains($"{path} must be text, but YAML has read it as {seen}", m, StringComparison.Ordinal);
            Assert.Contains("Put it in quotes.", m, StringComparison.Ordinal);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task A_whole_number_of_the_command_line_becomes_its_digits()
    {
        var rendering = await Rendering.OfAsync(
            "app: {env: [{name: A, value: a}]}",
            "--set", "image.tag=20240115,migration.placeholders.year=2024,commonLabels.build=1000000,app.env[0].name=PORT,app.env[0].value=3000,app.args[0]=8080");

        Assert.EndsWith(":20240115", rendering.Job.Container("migrate").At("image").Text(), StringComparison.Ordinal);
        Assert.Contains("build: \"1000000\"", rendering.Deployment.Source, StringComparison.Ordinal);
        Assert.Contains("value: \"3000\"", rendering.Deployment.Source, StringComparison.Ordinal);
        Assert.Contains("- \"8080\"", rendering.Deployment.Source, StringComparison.Ordinal);
        Assert.Contains("MjAyNA==", rendering.Single("Secret").Source, StringComparison.Ordinal);
        Assert.All(rendering.Objects, KubernetesTypes.Check);
    }

    [Fact(Timeout = Limit)]
    public void The_checked_paths_are_those_that_the_schema_declares_as_text()
    {
        // The schema does not describe the fields of Kubernetes' own types, and has one definition for all keys of a Secret.
        string[] kubernetes = ["imagePullSecrets.*.name", "migration.env.*.name", "migration.env.*.value", "gate.env.*.name", "gate.env.*.value", "app.env.*.name", "app.env.*.value"];
        var text = ChartFolder.Read("templates/_text.tpl");
        var begin = text.IndexOf("\"migrator.text.paths\" -}}", StringComparison.Ordinal);
        var listed = text[(text.IndexOf('\n', begin) + 1)..text.IndexOf("{{- end", begin, StringComparison.Ordinal)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        var schema = JsonNode.Parse(ChartFolder.Read("values.schema.json"))!.AsObject();
        var declared = TextPaths(schema, schema["definitions"]!.AsObject(), "").Select(p => p.Contains(".keys.", StringComparison.Ordinal) ? p[..p.LastIndexOf('.')] + ".*" : p);

        Assert.Equal(declared.Concat(kubernetes).Distinct().Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Texts_may_contain_templates()
    {
        var rendering = await Rendering.OfAsync("""
            database: {host: "{{ .Release.Name }}-postgresql", user: "{{ .Values.global.user }}", name: orders, keys: {url: "", password: password}}
            global: {user: o'brien}
            commonAnnotations: {release: "{{ .Release.Name }}"}
            app:
              env: [{name: CACHE, value: 'redis://{{ printf "%s-redis" .Release.Name }}:6379'}]
              envFrom: [{secretRef: {name: "{{ .Release.Name }}-app"}}]
              podAnnotations: {checksum/config: "{{ .Values.app.env | toJson | sha256sum }}"}
              args: ["--name={{ .Release.Name }}"]
            ingress: {enabled: true, hosts: [{host: "{{ .Release.Name }}.example.com"}]}
            """);
        var environment = rendering.Deployment.Container("app").Environment();

        Assert.Equal("orders-postgresql", environment["PGHOST"]);
        Assert.Equal("o'brien", environment["PGUSER"]);
        Assert.Equal("redis://orders-redis:6379", environment["CACHE"]);
        Assert.Equal("orders-postgresql", rendering.Job.Container("migrate").Environment()["PGHOST"]);
        Assert.Equal("orders-app", rendering.Deployment.Container("app").At("envFrom", "0", "secretRef", "name").Text());
        Assert.Equal("--name=orders", rendering.Deployment.Container("app").At("args", "0").Text());
        Assert.Equal("orders.example.com", rendering.Single("Ingress").Text("spec", "rules", "0", "host"));
        Assert.Matches("checksum/config: [0-9a-f]{64}", rendering.Deployment.Source);
        Assert.All(rendering.Objects, o => Assert.Equal("orders", o.Annotation("release")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_value_that_begins_with_x_can_hold_an_anchor() =>
        Assert.Equal("http://proxy:3128", (await Rendering.OfAsync("x-proxy: &proxy [{name: HTTPS_PROXY, value: 'http://proxy:3128'}]\napp: {env: *proxy}"))
            .Deployment.Container("app").Environment()["HTTPS_PROXY"]);

    private static IEnumerable<string> TextPaths(JsonObject schema, JsonObject definitions, string path)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return TextPaths(definitions[reference.Split('/')[^1]]!.AsObject(), definitions, path);
        }

        if (schema["type"] is JsonArray types && types.Any(t => t!.GetValue<string>() == "number"))
        {
            return [path];
        }

        IEnumerable<(string Key, JsonNode? Schema)> children =
        [
            .. (schema["properties"] as JsonObject ?? []).Select(p => (p.Key, p.Value)),
            .. (schema["patternProperties"] as JsonObject ?? []).Select(p => ("*", p.Value)),
            ("*", schema["additionalProperties"]),
            ("*", schema["items"]),
        ];
        return
        [
            .. (schema["anyOf"] as JsonArray ?? []).SelectMany(a => TextPaths(a!.AsObject(), definitions, path)),
            .. children.Where(c => c.Schema is JsonObject).SelectMany(c => TextPaths(c.Schema!.AsObject(), definitions, path.Length == 0 ? c.Key : $"{path}.{c.Key}")),
        ];
    }
}
