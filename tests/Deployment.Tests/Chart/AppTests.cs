using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The application's objects. <see cref="EveryValueTests"/> checks what each single value does; these tests check the rest.</summary>
public sealed class AppTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_application_is_a_deployment_and_a_service()
    {
        var rendering = await Rendering.OfAsync("tests: {enabled: false}\nmigration: {enabled: false}");

        Assert.Equal(["Deployment/orders", "Service/orders"], rendering.Objects.Select(o => o.ToString()).Order());
        var podLabels = rendering.Deployment.Node("spec", "template", "metadata", "labels");
        Assert.All(rendering.Single("Service").Node("spec", "selector").Entries(), l => Assert.Equal(l.Value, podLabels.At(l.Key)));
        Assert.Equal("http", rendering.Single("Service").Text("spec", "ports", "0", "targetPort"));
        Assert.Equal("3000", rendering.Deployment.Container("app").At("ports", "0", "containerPort").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_autoscaler_replaces_the_number_of_replicas()
    {
        var rendering = await Rendering.OfAsync("app: {replicas: 7}\nautoscaling: {enabled: true}");

        Assert.Null(rendering.Deployment.Node("spec", "replicas"));
        Assert.Equal("orders", rendering.Single("HorizontalPodAutoscaler").Text("spec", "scaleTargetRef", "name"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_replica_count_of_zero_is_rendered() =>
        Assert.Equal("0", (await Rendering.OfAsync("app: {replicas: 0}")).Deployment.Text("spec", "replicas"));

    [Fact(Timeout = Limit)]
    public async Task Replicas_null_leaves_the_number_to_another_autoscaler() =>
        Assert.Null((await Rendering.OfAsync("app: {replicas: null}")).Deployment.Node("spec", "replicas"));

    /// <summary>Helm merges values into the defaults, and Kubernetes rejects rollingUpdate together with Recreate.</summary>
    [Fact(Timeout = Limit)]
    public async Task Another_strategy_removes_the_fields_of_the_default_strategy()
    {
        var strategy = (await Rendering.OfAsync("app: {strategy: {type: Recreate}}")).Deployment.Node("spec", "strategy");

        Assert.Equal(["type"], strategy.Entries().Select(e => e.Key));
    }

    /// <summary>Helm merges values into the defaults, and Kubernetes rejects a probe with two handlers.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("{tcpSocket: {port: http}}", "tcpSocket")]
    [InlineData("{exec: {command: [ok]}}", "exec")]
    [InlineData("{grpc: {port: 3000}, periodSeconds: 5}", "grpc", "periodSeconds")]
    [InlineData("{periodSeconds: 5}", "httpGet", "periodSeconds")]
    public async Task A_probe_has_exactly_one_handler(string probe, params string[] expected)
    {
        var container = (await Rendering.OfAsync($"app: {{livenessProbe: {probe}}}")).Deployment.Container("app");

        Assert.Equal(expected, container.At("livenessProbe").Entries().Select(e => e.Key));
    }

    [Theory(Timeout = Limit)]
    [InlineData("{}", null, "1")]
    [InlineData("{minAvailable: 0}", "0", null)]
    [InlineData("{minAvailable: 50%}", "50%", null)]
    [InlineData("{maxUnavailable: 0}", null, "0")]
    public async Task A_disruption_budget_sets_exactly_one_limit(string budget, string? minAvailable, string? maxUnavailable)
    {
        var spec = (await Rendering.OfAsync(Yaml.Merge("podDisruptionBudget: {enabled: true}", $"podDisruptionBudget: {budget}")))
            .Single("PodDisruptionBudget").Node("spec");

        Assert.Equal(minAvailable, spec.At("minAvailable").Text());
        Assert.Equal(maxUnavailable, spec.At("maxUnavailable").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Probes_can_be_removed_with_null()
    {
        var container = (await Rendering.OfAsync("app: {livenessProbe: null, readinessProbe: null}")).Deployment.Container("app");

        Assert.Null(container.At("livenessProbe"));
        Assert.Null(container.At("readinessProbe"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_spread_constraint_without_a_selector_selects_the_applications_pods()
    {
        var spread = (await Rendering.OfAsync("""
            app:
              topologySpreadConstraints:
                - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
                - {maxSkew: 1, topologyKey: node, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
            """)).Deployment.PodSpec.At("topologySpreadConstraints");

        Assert.Equal("server", spread.At("0", "labelSelector", "matchLabels", "app.kubernetes.io/component").Text());
        Assert.Equal(["a"], spread.At("1", "labelSelector", "matchLabels").Entries().Select(l => l.Key));
    }

    [Fact(Timeout = Limit)]
    public async Task Ingress_and_HTTPRoute_send_requests_to_the_service()
    {
        var rendering = await Rendering.OfAsync("""
            service: {port: 8080}
            ingress: {enabled: true, hosts: [{host: a.example.com}, {host: b.example.com, paths: [{path: /x, pathType: Exact}]}]}
            httpRoute: {enabled: true, parentRefs: [{name: public}]}
            """);
        var ingress = rendering.Single("Ingress").Node("spec", "rules");
        var route = rendering.Single("HTTPRoute").Node("spec", "rules", "0");

        Assert.Equal("/", ingress.At("0", "http", "paths", "0", "path").Text());
        Assert.Equal("Exact", ingress.At("1", "http", "paths", "0", "pathType").Text());
        Assert.Equal("orders", ingress.At("0", "http", "paths", "0", "backend", "service", "name").Text());
        Assert.Equal("orders", route.At("backendRefs", "0", "name").Text());
        Assert.Equal("8080", route.At("backendRefs", "0", "port").Text());
    }

    /// <summary>A redirect has no backend: https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("{filters: [{type: RequestRedirect}]}", false)]
    [InlineData("{backendRefs: []}", true)]
    [InlineData("{filters: [{type: URLRewrite}]}", true)]
    public async Task A_rule_has_backendRefs_unless_it_redirects(string rule, bool hasBackendRefs)
    {
        var rules = (await Rendering.OfAsync($"httpRoute: {{enabled: true, parentRefs: [{{name: a}}], rules: [{rule}]}}"))
            .Single("HTTPRoute").Node("spec", "rules", "0");

        Assert.Equal(hasBackendRefs, rules.At("backendRefs") is not null);
    }

    [Fact(Timeout = Limit)]
    public async Task An_extra_manifest_is_rendered_as_it_is_if_it_is_a_map_and_as_a_template_if_it_is_a_string()
    {
        var rendering = await Rendering.OfAsync("""
            extraManifests:
              - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {url: "postgres://{{ .user }}:{{ .password }}@{{ .host }}"}}
              - |
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: {{ include "migrator.fullname" . }}-b
            """);

        Assert.Equal("postgres://{{ .user }}:{{ .password }}@{{ .host }}", rendering.Single("ConfigMap", "a").Text("data", "url"));
        rendering.Single("ConfigMap", "orders-b");
    }

    [Fact(Timeout = Limit)]
    public async Task Helm_test_checks_the_schema_and_sends_a_request_to_the_application()
    {
        var rendering = await Rendering.OfAsync("service: {port: 8080}\ntests: {app: {path: /orders}}");
        var schema = rendering.Single("Pod", "orders-test-schema");
        var app = rendering.Single("Pod", "orders-test-app");

        Assert.Equal(["status", "--dir=/migrations", "--exit-code"], schema.Container("schema").At("args").Texts());
        Assert.Equal(["http://orders:8080/orders"], app.Container("client").At("args").Texts());
        Assert.All([schema, app], pod =>
        {
            Assert.Equal("test", pod.Annotation("helm.sh/hook"));
            Assert.Equal("Never", pod.PodSpec.At("restartPolicy").Text());
            Assert.NotNull(pod.PodSpec.At("activeDeadlineSeconds"));
            // Without hook-succeeded, because `helm test --logs` reads the pods' logs afterwards.
            Assert.Equal("before-hook-creation", pod.Annotation("helm.sh/hook-delete-policy"));
            // Spinnaker's bake removes the objects of this folder.
            Assert.Contains("/templates/tests/", pod.Source, StringComparison.Ordinal);
        });
    }
}
