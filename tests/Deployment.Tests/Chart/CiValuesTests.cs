using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The example values in <c>ci/</c> with both Helm versions: lint, rendering, and Kubernetes' types.</summary>
public sealed class CiValuesTests
{
    private const int Limit = 60_000;

    public static TheoryData<string> Files() => [.. ChartFolder.CiValues()];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Files))]
    public async Task Lint_reports_no_problem(string file)
    {
        foreach (var helm in HelmCli.Both)
        {
            var result = await helm.RunAsync(ChartFolder.Read("ci", file), ["lint", "--strict", ChartFolder.Path]);

            Assert.True(result.IsSuccess, $"{helm.Name}: {result.StandardOutput}{result.StandardError}");
            Assert.DoesNotContain("[WARNING]", result.StandardOutput, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Files))]
    public async Task Every_rendered_field_is_known_to_kubernetes(string file)
    {
        var rendering = await Rendering.OfChartAsync(ChartFolder.Path, "orders", ChartFolder.Read("ci", file));

        Assert.NotEmpty(rendering.Objects);
        Assert.All(rendering.Objects, KubernetesTypes.Check);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Files))]
    public async Task All_objects_have_different_names(string file)
    {
        var rendering = await Rendering.OfChartAsync(ChartFolder.Path, "orders", ChartFolder.Read("ci", file));

        // The check before a rollback replaces the contract Job, whose name it has.
        var names = rendering.Objects.Select(o => (o.ToString(), o.Annotation("helm.sh/hook") == "pre-rollback")).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Files))]
    public async Task Rendering_twice_gives_the_same_output(string file)
    {
        // A time or a random value would be a difference at each upgrade, and in Argo CD at each refresh.
        foreach (var helm in HelmCli.Both)
        {
            string[] arguments = ["template", "orders", ChartFolder.Path];
            var first = await helm.RunAsync(ChartFolder.Read("ci", file), arguments);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            var second = await helm.RunAsync(ChartFolder.Read("ci", file), arguments);

            Assert.True(first.IsSuccess, first.StandardError);
            Assert.Equal(first.StandardOutput, second.StandardOutput);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_misspelt_field_is_found()
    {
        var rendering = await Rendering.OfAsync("app: {livenessProbe: {httpGett: {path: /}}}");

        Assert.ThrowsAny<Exception>(() => KubernetesTypes.Parse(rendering.Deployment));
        Assert.IsType<k8s.Models.V1Job>(KubernetesTypes.Parse(rendering.Job));
    }
}
