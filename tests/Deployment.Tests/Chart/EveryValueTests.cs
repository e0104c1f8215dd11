using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>
/// Each value changes the objects that <c>every-value.txt</c> lists for it, and no others.
/// </summary>
public sealed partial class EveryValueTests
{
    private const int Limit = 60_000;

    private static readonly Dictionary<string, string> Abbreviations = new(StringComparer.Ordinal)
    {
        ["app"] = "Deployment/orders",
        ["contract"] = "Job/orders-contract-1-HASH",
        ["job"] = "Job/orders-migrate",
        ["rollback"] = "Job/orders-rollback",
        ["svc"] = "Service/orders",
        ["test-app"] = "Pod/orders-test-app",
        ["test-schema"] = "Pod/orders-test-schema",
    };

    /// <summary>The other values that a value needs to have an effect, by the prefix of its path.</summary>
    private static readonly Dictionary<string, string> Contexts = new(StringComparer.Ordinal)
    {
        ["app.extraVolumeMounts"] = "app: {extraVolumes: [{name: a, emptyDir: {}}]}",
        ["autoscaling."] = "autoscaling: {enabled: true}",
        ["database.rootCertificate.key"] = "database: {rootCertificate: {configMap: ca}}",
        ["gate.extraVolumeMounts"] = "app: {extraVolumes: [{name: a, emptyDir: {}}]}",
        ["httpRoute."] = "httpRoute: {enabled: true, parentRefs: [{name: public}]}",
        ["ingress."] = "ingress: {enabled: true, hosts: [{host: a}]}",
        ["migration.contract."] = "migration: {contract: {run: job}}",
        ["migration.extraVolumeMounts"] = "migration: {extraVolumes: [{name: a, emptyDir: {}}]}",
        ["migration.image."] = "migration: {image: {repository: m, tag: v1}}",
        ["migration.rollback."] = "migration: {rollback: {enabled: true}}",
        ["migration.serviceAccount."] = "serviceAccount: {create: true}",
        ["networkPolicy."] = "networkPolicy: {enabled: true}",
        ["podDisruptionBudget."] = "podDisruptionBudget: {enabled: true}",
        ["serviceAccount."] = "serviceAccount: {create: true}",
    };

    /// <summary>Values that are part of their own context. They are compared with the minimal values instead.</summary>
    private static readonly string[] Switches = [".enabled", ".create", "migration.image.repository", "migration.contract.run"];

    /// <summary>Values that contradict the unusual value of another one.</summary>
    private static readonly HashSet<string> Exclusive =
    [
        "phase", "migration.mode", "migration.podDeadline", "migration.jobDeadline", "migration.helmTimeout", "migration.rollback.checkSchema", "migration.scripts.configMap",
        "database.url", "database.host", "database.port", "database.name", "database.user", "database.rootCertificate.secret",
        "podDisruptionBudget.minAvailable",
    ];

    private static readonly ConcurrentDictionary<string, Task<Rendering>> Baselines = new(StringComparer.Ordinal);

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var line in Lines())
        {
            cases.Add(line[0], line[1], line[2]);
        }

        return cases;
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Cases))]
    public async Task A_value_changes_exactly_the_listed_objects(string path, string value, string changes)
    {
        var context = Contexts.FirstOrDefault(c => path.StartsWith(c.Key, StringComparison.Ordinal)).Value ?? "";
        var baseline = Switches.Any(s => path.EndsWith(s, StringComparison.Ordinal)) ? "" : context;
        var before = await Baselines.GetOrAdd(baseline, values => Rendering.OfAsync(values));

        var after = await Rendering.OfAsync(Yaml.Merge(context, Nested(path, value)));

        var expected = changes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => Abbreviations.GetValueOrDefault(c, c));
        var actual = after.DifferencesFrom(before).Select(o => Hash().Replace(o, "HASH"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual);
        Assert.All(after.Objects, KubernetesTypes.Check);
    }

    [Fact(Timeout = Limit)]
    public async Task All_values_together_pass_lint_and_are_rendered()
    {
        var values = Yaml.Merge([.. Contexts.Values, .. Lines().Where(l => !Exclusive.Contains(l[0]) && !l[0].EndsWith(".enabled", StringComparison.Ordinal)).DistinctBy(l => l[0]).Select(l => Nested(l[0], l[1]))]);

        foreach (var helm in HelmCli.Both)
        {
            var lint = await helm.RunAsync(values, ["lint", "--strict", ChartFolder.Path]);
            Assert.True(lint.IsSuccess, $"{helm.Name}: {lint.StandardOutput}{lint.StandardError}");
        }

        var rendering = await Rendering.OfAsync(values);
        Assert.All(rendering.Objects.Where(KubernetesTypes.IsKnown), KubernetesTypes.Check);
    }

    [Fact(Timeout = Limit)]
    public void Every_documented_value_has_a_line_in_every_value_txt()
    {
        // `global` belongs to Helm, and `enabled` is only for the `condition:` of a parent chart.
        string[] excluded = ["enabled", "global"];
        var documented = ValuesDocument.Read(ChartFolder.Read("values.yaml")).Select(v => v.Path).Except(excluded);

        Assert.Equal(documented.Order(), Lines().Select(l => l[0]).Distinct().Order());
    }

    private static string Nested(string path, string value)
    {
        var keys = path.Split('.');
        return string.Concat(keys[..^1].Select(k => $"{k}: {{")) + $"{keys[^1]}: {value}" + new string('}', keys.Length - 1);
    }

    private static IEnumerable<string[]> Lines() =>
        File.ReadLines(RepositoryRoot.Combine("tests", "Deployment.Tests", "Chart", "every-value.txt"))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries));

    [GeneratedRegex("[0-9a-f]{8}$")]
    private static partial Regex Hash();
}
