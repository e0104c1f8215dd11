using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class ApiSpecs
{
    private const string ConfigMaps = "api/v1/namespaces/default/configmaps";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("apis", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json", "APIGroupDiscoveryList")]
    [InlineData("apis", "application/json", "APIGroupList")]
    [InlineData("api/v1", "application/json", "APIResourceList")]
    [InlineData("openapi/v3", "application/json", null)]
    public async Task A_document_is_not_sent_again_to_a_client_with_the_same_ETag(string path, string accept, string? kind)
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        using var first = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(kind, (await first.Content.ReadFromJsonAsync<JsonObject>(Cancel)).Text("kind"));

        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_watch_sends_existing_objects_then_a_bookmark_then_changes()
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        await CreateAsync(client, "a");
        await using var stream = await client.GetStreamAsync(
            new Uri($"{ConfigMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=pick=yes", UriKind.Relative), Cancel);
        using var lines = new StreamReader(stream);

        Assert.Equal("ADDED a", await NextAsync());
        Assert.Equal("BOOKMARK ", await NextAsync());
        await CreateAsync(client, "b");
        Assert.Equal("ADDED b", await NextAsync());
        await PatchAsync(client, "b", "application/merge-patch+json", """{"data":{"x":"y"}}""");
        Assert.Equal("MODIFIED b", await NextAsync());
        // The object no longer matches the selector, so this watch reports it as deleted.
        await PatchAsync(client, "b", "application/merge-patch+json", """{"metadata":{"labels":{"pick":"no"}}}""");
        Assert.Equal("DELETED b", await NextAsync());
        using var _ = await client.DeleteAsync(new Uri($"{ConfigMaps}/a", UriKind.Relative), Cancel);
        Assert.Equal("DELETED a", await NextAsync());

        async Task<string> NextAsync()
        {
            var line = JsonNode.Parse((await lines.ReadLineAsync(Cancel))!);
            return $"{line.Text("type")} {line.Text("object", "metadata", "name")}";
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_watch_from_a_version_sends_all_later_changes_and_ends_after_its_timeout()
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        var list = await client.GetFromJsonAsync<JsonObject>(new Uri(ConfigMaps, UriKind.Relative), Cancel);
        await CreateAsync(client, "a");
        await CreateAsync(client, "b");

        var text = await client.GetStringAsync(
            new Uri($"{ConfigMaps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Db&resourceVersion={list.Text("metadata", "resourceVersion")}", UriKind.Relative), Cancel);

        Assert.Equal("b", JsonNode.Parse(Assert.Single(text.TrimEnd().Split('\n'))).Text("object", "metadata", "name"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("pick=yes", "a b")]
    [InlineData("pick==yes,name!=a", "b")]
    [InlineData("name in (a, c)", "a c")]
    [InlineData("pick,name notin (a)", "b")]
    [InlineData("!pick", "c")]
    public async Task A_list_can_be_filtered_by_labels(string selector, string names)
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        await CreateAsync(client, "a");
        await CreateAsync(client, "b");
        await CreateAsync(client, "c", """{"name":"c"}""");

        var list = await client.GetFromJsonAsync<JsonObject>(
            new Uri($"{ConfigMaps}?labelSelector={Uri.EscapeDataString(selector)}", UriKind.Relative), Cancel);

        Assert.Equal(names, string.Join(' ', list.Items("items").Select(i => i.Text("metadata", "name"))));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_update_of_an_old_version_is_a_conflict()
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        var stale = await CreateAsync(client, "a");
        await PatchAsync(client, "a", "application/merge-patch+json", """{"data":{"x":"y"}}""");

        using var response = await client.PutAsJsonAsync(new Uri($"{ConfigMaps}/a", UriKind.Relative), stale, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var status = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal("Conflict", status.Text("reason"));
        Assert.Contains("the object has been modified", status.Text("message"), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("v1", "ConfigMap", "{}", "metadata.name: Required value: name or generateName is required", 422)]
    [InlineData("v1", "ConfigMap", """{"metadata":{"name":"Big"}}""", "a lowercase RFC 1123 subdomain must consist of", 422)]
    [InlineData("v1", "ConfigMap", """{"metadata":{"name":"a"},"data":{"x":1}}""", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string", 400)]
    [InlineData("v1", "ConfigMap", """{"metadata":{"name":"a"},"dota":{}}""", "strict decoding error: unknown field \"dota\"", 400)]
    [InlineData("v1", "Service", """{"metadata":{"name":"1a"},"spec":{"ports":[{"port":80}]}}""", "a DNS-1035 label must consist of", 422)]
    [InlineData("v1", "Service", """{"metadata":{"name":"a"},"spec":{"type":"Cluster","ports":[{"port":80}]}}""", "spec.type: Unsupported value: \"Cluster\": supported values: ", 422)]
    [InlineData("v1", "Pod", """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c"}]}}""", "spec.containers[0].image: Required value", 422)]
    [InlineData("v1", "Pod", """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}""", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"", 422)]
    [InlineData("v1", "Pod", """{"metadata":{"name":"a"},"spec":{"serviceAccountName":"nobody","containers":[{"name":"c","image":"i"}]}}""", "error looking up service account default/nobody", 403)]
    [InlineData("batch/v1", "Job", """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"", 422)]
    [InlineData("batch/v1", "Job", """{"metadata":{"name":"a"},"spec":{"backoffLimit":"2","template":{}}}""", "cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32", 400)]
    public async Task An_invalid_object_is_rejected_with_the_message_of_Kubernetes(
        string version, string kind, string value, string message, int code)
    {
        await using var test = await TestCluster.StartAsync();
        using var client = new HttpClient { BaseAddress = test.Cluster.Address };
        var body = JsonNode.Parse(value)!.AsObject();
        body["apiVersion"] = version;
        body["kind"] = kind;
        var root = version == "v1" ? "api/v1" : $"apis/{version}";

        using var response = await client.PostAsJsonAsync(
            new Uri($"{root}/namespaces/default/{kind.ToLowerInvariant()}s?fieldValidation=Strict", UriKind.Relative), body, Cancel);

        Assert.Equal(code, (int)response.StatusCode);
        Assert.Contains(
            message,
            (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel)).Text("message"),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dry_run_reports_success_and_changes_nothing()
    {
        await using var test = await TestCluster.StartAsync();

        var apply = await test.KubectlAsync(Manifests.ConfigMap("a", "x: z"), ["apply", "--dry-run=server", "-f", "-"]);

        Assert.Equal("configmap/a created (server dry run)\n", apply.Done().Text);
        Assert.Null(test.Cluster.Find("ConfigMap", "default", "a"));
    }

    private static async Task<JsonObject> CreateAsync(HttpClient client, string name, string? labels = null)
    {
        var value = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = JsonNode.Parse(labels ?? $$"""{"pick":"yes","name":"{{name}}"}"""),
            },
        };
        using var response = await client.PostAsJsonAsync(new Uri(ConfigMaps, UriKind.Relative), value, Cancel);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static async Task PatchAsync(HttpClient client, string name, string type, string patch)
    {
        using var content = new StringContent(patch, Encoding.UTF8, type);
        using var response = await client.PatchAsync(new Uri($"{ConfigMaps}/{name}", UriKind.Relative), content, Cancel);
        response.EnsureSuccessStatusCode();
    }
}
