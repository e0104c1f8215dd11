using Migrator.Deployment.Tests.Chart.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The permissions of the chart's pods.</summary>
public sealed class SecurityTests
{
    private const int Limit = 60_000;

    /// <summary>https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted</summary>
    [Fact(Timeout = Limit)]
    public async Task Pods_meet_the_restricted_standard()
    {
        var pods = await PodsAsync();

        Assert.Equal(4, pods.Count);
        Assert.All(pods, pod =>
        {
            Assert.Equal("true", pod.At("securityContext", "runAsNonRoot").Text());
            Assert.Equal("RuntimeDefault", pod.At("securityContext", "seccompProfile", "type").Text());
            Assert.All(pod.At("containers").Items().Concat(pod.At("initContainers").Items()), container =>
            {
                Assert.Equal("false", container.At("securityContext", "allowPrivilegeEscalation").Text());
                Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts());
            });
            Assert.All(pod.At("volumes").Items(), v => Assert.Null(v.At("hostPath")));
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_applications_container_has_a_writable_root_file_system()
    {
        var containers = Containers(await PodsAsync());

        Assert.Equal(["app", "client", "gate", "migrate", "schema"], containers.Select(c => c.At("name").Text()).Order());
        Assert.All(containers, c => Assert.Equal(
            c.At("name").Text() == "app" ? null : "true", c.At("securityContext", "readOnlyRootFilesystem").Text()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migration", "migrate")]
    [InlineData("gate", "gate")]
    [InlineData("app", "app")]
    [InlineData("tests", "client", "schema")]
    public async Task A_component_overrides_single_fields_of_the_shared_security_context(string component, params string[] names)
    {
        var containers = Containers(await PodsAsync($$$"""
            containerSecurityContext: {runAsUser: 7, capabilities: {drop: [ALL]}}
            {{{component}}}:
              containerSecurityContext: {runAsUser: 8, capabilities: {add: [NET_BIND_SERVICE]}}
            """));

        Assert.Equal(names, containers.Where(c => c.At("securityContext", "runAsUser").Text() == "8").Select(c => c.At("name").Text()).Order());
        Assert.Equal(names, containers.Where(c => c.At("securityContext", "capabilities", "add") is not null).Select(c => c.At("name").Text()).Order());
        Assert.All(containers, c => Assert.Equal(["ALL"], c.At("securityContext", "capabilities", "drop").Texts()));
    }

    [Fact(Timeout = Limit)]
    public async Task A_null_makes_the_root_file_system_of_the_job_writable()
    {
        var container = (await Rendering.OfAsync("migration: {containerSecurityContext: null}")).Job.Container("migrate");

        Assert.Null(container.At("securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", container.At("securityContext", "allowPrivilegeEscalation").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Pods_get_no_token_for_the_kubernetes_api() =>
        Assert.All(await PodsAsync(), p => Assert.Equal("false", p.At("automountServiceAccountToken").Text()));

    [Fact(Timeout = Limit)]
    public async Task Pods_get_no_variables_from_a_service_named_migrate() =>
        Assert.All(await PodsAsync(), p => Assert.Equal("false", p.At("enableServiceLinks").Text()));

    [Fact(Timeout = Limit)]
    public async Task The_job_denies_ingress_and_job_and_application_reach_dns_and_database()
    {
        var rendering = await Rendering.OfAsync("""
            networkPolicy: {enabled: true, egress: [{ports: [{port: 5432}]}]}
            """);
        var job = rendering.Single("NetworkPolicy", "orders-migrate");
        var app = rendering.Single("NetworkPolicy", "orders");

        Assert.Empty(((YamlSequenceNode)job.Node("spec", "ingress")!).Children);
        Assert.Equal("http", app.Text("spec", "ingress", "0", "ports", "0", "port"));
        Assert.All([job, app], policy =>
        {
            Assert.Equal(["Ingress", "Egress"], policy.Node("spec", "policyTypes").Texts());
            // OpenShift's DNS pods listen on port 5353.
            Assert.Equal(["53", "53", "5353", "5353"], policy.Node("spec", "egress", "0", "ports").Items().Select(p => p.At("port").Text()));
            Assert.Equal("5432", policy.Text("spec", "egress", "1", "ports", "0", "port"));
        });
        Assert.Equal("migration", job.Text("spec", "podSelector", "matchLabels", "app.kubernetes.io/component"));
        Assert.Equal("server", app.Text("spec", "podSelector", "matchLabels", "app.kubernetes.io/component"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_test_pods_can_reach_database_and_application()
    {
        var rendering = await Rendering.OfAsync("""
            networkPolicy: {enabled: true, ingressFrom: [{podSelector: {}}], egress: [{ports: [{port: 5432}]}]}
            """);
        var test = rendering.Single("NetworkPolicy", "orders-test");
        string[] component = ["matchLabels", "app.kubernetes.io/component"];

        // A test hook that is not a pod breaks `helm test --logs`.
        Assert.False(test.IsHook);
        Assert.Equal("test", test.Text(["spec", "podSelector", .. component]));
        Assert.Equal("5432", test.Text("spec", "egress", "1", "ports", "0", "port"));
        Assert.Equal("server", test.Text(["spec", "egress", "2", "to", "0", "podSelector", .. component]));
        Assert.Equal("test", rendering.Single("NetworkPolicy", "orders").Text(["spec", "ingress", "0", "from", "1", "podSelector", .. component]));
    }

    /// <summary>A namespace with a ResourceQuota rejects a pod whose containers set no resources.</summary>
    [Fact(Timeout = Limit)]
    public async Task Every_container_except_the_applications_sets_resources() =>
        Assert.All(
            Containers(await PodsAsync()).Where(c => c.At("name").Text() != "app"),
            c =>
            {
                Assert.NotNull(c.At("resources", "requests", "cpu"));
                Assert.NotNull(c.At("resources", "requests", "memory"));
                Assert.NotNull(c.At("resources", "limits", "memory"));
            });

    /// <summary>More users can read pods and Jobs than Secrets, and could compare a hash with the hashes of likely passwords.</summary>
    [Fact(Timeout = Limit)]
    public async Task Only_secrets_depend_on_the_content_of_secrets()
    {
        var before = await SecretValuesAsync("one");
        var after = await SecretValuesAsync("two");

        Assert.Equal(
            ["Secret/orders-connection", "Secret/orders-migrate-job", "Secret/orders-migrate-job-placeholders"], after.DifferencesFrom(before));
        Assert.All(after.Objects.Where(o => o.Kind == "Secret"), o => Assert.Equal(
            o.Node("metadata"), before.Single("Secret", o.Name).Node("metadata")));

        static Task<Rendering> SecretValuesAsync(string password) => Rendering.OfAsync($$$"""
            database: {existingSecret: "", url: "postgres://orders:{{{password}}}@db/orders"}
            migration: {mode: job, placeholders: {password: {{{password}}}}}
            """);
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "65534")]
    [InlineData("containerSecurityContext: {runAsUser: 7}", "7")]
    [InlineData("podSecurityContext: {runAsUser: 7}", null)]
    [InlineData("", null, "--api-versions", "security.openshift.io/v1")]
    public async Task The_test_pod_runs_as_nobody_and_on_openshift_as_the_namespaces_user(string values, string? user, params string[] arguments)
    {
        var client = (await Rendering.OfAsync(values, arguments)).Single("Pod", "orders-test-app").Container("client");

        Assert.Equal(user, client.At("securityContext", "runAsUser").Text());
        Assert.Equal("false", client.At("securityContext", "allowPrivilegeEscalation").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_default_image_of_the_test_pod_is_pinned_by_digest() =>
        Assert.Matches(
            ":[0-9.]+@sha256:[0-9a-f]{64}$", (await Rendering.OfAsync()).Single("Pod", "orders-test-app").Container("client").At("image").Text());

    [Fact(Timeout = Limit)]
    public async Task The_schema_test_uses_the_gates_service_account()
    {
        var rendering = await Rendering.OfAsync("serviceAccount: {create: true}");

        Assert.Equal("orders", rendering.Deployment.PodSpec.At("serviceAccountName").Text());
        Assert.Equal("orders", rendering.Single("Pod", "orders-test-schema").PodSpec.At("serviceAccountName").Text());
    }

    private static List<YamlNode> Containers(IEnumerable<YamlMappingNode> pods) =>
        [.. pods.SelectMany(p => p.At("containers").Items().Concat(p.At("initContainers").Items())).OrderBy(c => c.At("name").Text(), StringComparer.Ordinal)];

    private static async Task<List<YamlMappingNode>> PodsAsync(string values = "") =>
        [.. (await Rendering.OfAsync(values)).Objects.Select(o => o.PodSpec).OfType<YamlMappingNode>()];
}
