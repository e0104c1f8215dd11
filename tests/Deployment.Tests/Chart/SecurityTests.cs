using Migrator.Deployment.Tests.Chart.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>What every pod of the chart is and is not allowed to do.</summary>
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
    public async Task Pods_get_no_token_for_the_kubernetes_api() =>
        Assert.All(await PodsAsync(), p => Assert.Equal("false", p.At("automountServiceAccountToken").Text()));

    [Fact(Timeout = Limit)]
    public async Task A_service_named_migrate_sets_no_variable() =>
        Assert.All(await PodsAsync(), p => Assert.Equal("false", p.At("enableServiceLinks").Text()));

    [Fact(Timeout = Limit)]
    public async Task The_job_lets_nobody_in_and_both_reach_dns_and_database()
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
            Assert.Equal(["53", "53"], policy.Node("spec", "egress", "0", "ports").Items().Select(p => p.At("port").Text()));
            Assert.Equal("5432", policy.Text("spec", "egress", "1", "ports", "0", "port"));
        });
        Assert.Equal("migration", job.Text("spec", "podSelector", "matchLabels", "app.kubernetes.io/component"));
        Assert.Equal("server", app.Text("spec", "podSelector", "matchLabels", "app.kubernetes.io/component"));
    }

    private static async Task<List<YamlMappingNode>> PodsAsync() =>
        [.. (await Rendering.OfAsync()).Objects.Select(o => o.PodSpec).OfType<YamlMappingNode>()];
}
