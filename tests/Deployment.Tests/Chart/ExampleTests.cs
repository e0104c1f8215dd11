using System.Globalization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>
/// The examples in <c>examples/</c>, except <c>examples/shop</c>, which <see cref="DependencyTests"/> covers. Their values render
/// with both Helm versions, the helm commands of their READMEs use files that exist, and each example does what it is about.
/// </summary>
public sealed partial class ExampleTests
{
    private const int Limit = 60_000;

    private const string Shop = "shop";

    public static TheoryData<string> Folders() => [.. ExampleFolders()];

    /// <summary>The values files, and the manifests that contain values, as <c>FOLDER/FILE</c>.</summary>
    public static TheoryData<string> Sources() =>
        [.. ExampleFolders().SelectMany(FilesIn).Where(IsSource)];

    public static TheoryData<string, string> HelmCommands()
    {
        var commands = new TheoryData<string, string>();
        foreach (var folder in ExampleFolders())
        {
            foreach (var command in CommandsOf(folder).Where(c => HelmInstall().IsMatch(c)))
            {
                commands.Add(folder, command);
            }
        }

        return commands;
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Folders))]
    public void A_folder_has_values_and_a_readme_with_the_same_sections(string folder)
    {
        var readme = ReadmeOf(folder);

        Assert.Contains(FilesIn(folder), IsSource);
        Assert.StartsWith("# ", readme, StringComparison.Ordinal);
        Assert.Equal(["You need", "Run it", "What to know"], Heading().Matches(readme).Select(m => m.Groups[1].Value));
        Assert.Contains("](https://", readme, StringComparison.Ordinal);
        Assert.InRange(readme.Split('\n').Length, 20, 65);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Folders))]
    public void The_overview_has_a_line_for_the_folder(string folder) =>
        Assert.Single(
            ChartFolder.Read("examples", "README.md").Split('\n'),
            line => line.StartsWith('|') && line.Contains($"]({folder})", StringComparison.Ordinal));

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Folders))]
    public void The_commands_of_the_readme_use_files_that_exist_and_every_file_is_used(string folder)
    {
        var paths = CommandsOf(folder).SelectMany(c => FilePath().Matches(c).Select(m => m.Value)).Distinct().ToList();
        // helmfile.yaml refers to this file.
        var indirect = FilesIn(folder).Where(f => f == "helmfile/values.yaml");

        Assert.All(paths, path => Assert.True(
            Path.Exists(RepositoryRoot.Combine(path)), $"{folder}/README.md: {path} does not exist."));
        Assert.All(FilesIn(folder).Except(indirect), file => Assert.Contains($"chart/examples/{file}", paths));
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Folders))]
    public void The_links_of_the_readme_to_other_files_work(string folder)
    {
        var links = Link().Matches(ReadmeOf(folder)).Select(m => m.Groups[1].Value);

        Assert.All(links.Where(l => !l.StartsWith("https://", StringComparison.Ordinal)), link => Assert.True(
            Path.Exists(Path.GetFullPath(link, ChartFolder.Combine("examples", folder))),
            $"{folder}/README.md: {link} does not exist."));
    }

    /// <summary>Runs <c>helm template</c> with the values and the settings of the command.</summary>
    [Theory(Timeout = Limit)]
    [MemberData(nameof(HelmCommands))]
    public async Task A_helm_command_of_the_readme_renders_and_waits_long_enough(string folder, string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var arguments = new List<string>();
        // Helm's default is five minutes.
        var timeout = 300;
        for (var i = 0; i < words.Length - 1; i++)
        {
            switch (words[i])
            {
                case "--values":
                    arguments.AddRange(["--values", RepositoryRoot.Combine(words[i + 1])]);
                    break;
                case "--set" or "--namespace":
                    arguments.AddRange([words[i], words[i + 1]]);
                    break;
                case "--timeout":
                    timeout = Seconds(words[i + 1]);
                    break;
            }
        }

        var rendering = await Rendering.OfChartAsync(ChartFolder.Path, "orders", null, [.. arguments]);

        Assert.Contains(" orders ./chart ", command, StringComparison.Ordinal);
        if (rendering.Job.IsHook || words.Contains("--wait-for-jobs"))
        {
            Assert.True(JobDeadline(rendering.Job) < timeout, $"{folder}: {timeout} s is too short for the Job.");
        }

        Assert.Equal(words[1] != "template" && !rendering.Job.IsHook, words.Contains("--wait-for-jobs"));
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Sources))]
    public async Task Lint_reports_no_problem(string source)
    {
        foreach (var helm in HelmCli.Both)
        {
            var result = await helm.RunAsync(ValuesOf(source), ["lint", "--strict", ChartFolder.Path]);

            Assert.True(result.IsSuccess, $"{helm.Name}: {result.StandardOutput}{result.StandardError}");
            Assert.DoesNotContain("[WARNING]", result.StandardOutput, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Sources))]
    public async Task Every_rendered_field_is_known_to_kubernetes(string source)
    {
        var rendering = await RenderAsync(source);

        Assert.NotEmpty(rendering.Objects);
        Assert.All(rendering.Objects.Where(KubernetesTypes.IsKnown), KubernetesTypes.Check);
        Assert.Equal(rendering.Objects.Select(o => o.ToString()).Distinct(), rendering.Objects.Select(o => o.ToString()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("cloudnativepg/values.yaml", "orders-db-app/uri")]
    [InlineData("crunchy-pgo/values.yaml", "orders-db-pguser-orders/uri")]
    public async Task The_job_and_the_gate_wait_for_the_secret_of_an_operator(string source, string key)
    {
        var rendering = await RenderAsync(source);

        Assert.Empty(rendering.Hooks);
        foreach (var container in Migrators(rendering))
        {
            Assert.Equal(key, container.Environment()["DATABASE_URL"]);
            Assert.Equal("require", container.Environment()["PGSSLMODE"]);
            Assert.Contains("--retry-login", container.At("args").Texts());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_release_keeps_the_database_of_CloudNativePG()
    {
        var cluster = (await RenderAsync("cloudnativepg/values.yaml")).Single("Cluster");

        Assert.Equal("orders-db", cluster.Name);
        Assert.Equal("keep", cluster.Annotation("helm.sh/resource-policy"));
        Assert.Equal("orders", cluster.Text("spec", "bootstrap", "initdb", "owner"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("zalando-operator", "orders-db")]
    [InlineData("crunchy-pgo", "orders-db")]
    public void The_database_has_the_role_and_the_name_of_the_values(string folder, string name)
    {
        var cluster = Assert.Single(Documents($"{folder}/cluster.yaml"));

        Assert.Equal(name, cluster.At("metadata", "name").Text());
        Assert.Equal("orders", (cluster.At("spec", "databases", "orders") ?? cluster.At("spec", "users", "0", "databases", "0")).Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_job_and_the_gate_use_the_secret_of_the_Zalando_operator()
    {
        const string Secret = "orders.orders-db.credentials.postgresql.acid.zalan.do";

        var rendering = await RenderAsync("zalando-operator/values.yaml");

        Assert.True(rendering.Job.IsHook);
        foreach (var container in Migrators(rendering))
        {
            var environment = container.Environment();
            Assert.Equal($"{Secret}/username", environment["PGUSER"]);
            Assert.Equal($"{Secret}/password", environment["PGPASSWORD"]);
            Assert.Equal("orders-db", environment["PGHOST"]);
            Assert.DoesNotContain("DATABASE_URL", environment.Keys);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_connection_to_RDS_verifies_the_certificate()
    {
        var rendering = await RenderAsync("rds/values.yaml");

        Assert.All([.. Migrators(rendering), rendering.Deployment.Container("app")], container =>
        {
            Assert.Equal("verify-full", container.Environment()["PGSSLMODE"]);
            Assert.Equal("/etc/migrate/tls/global-bundle.pem", container.Environment()["PGSSLROOTCERT"]);
            Assert.Contains(container.At("volumeMounts").Items(), m => m.At("mountPath").Text() == "/etc/migrate/tls");
        });
        Assert.Equal("rds-ca", rendering.Job.PodSpec.At("volumes", "0", "configMap", "name").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_Cloud_SQL_proxy_is_a_native_sidecar_before_the_gate_and_the_job()
    {
        var rendering = await RenderAsync("cloud-sql-proxy/values.yaml");

        Manifest[] pods = [rendering.Job, rendering.Deployment, rendering.Single("Pod", "orders-test-schema")];
        Assert.All(pods, pod =>
        {
            var first = pod.PodSpec.At("initContainers", "0");
            Assert.Equal("cloud-sql-proxy", first.At("name").Text());
            Assert.Equal("Always", first.At("restartPolicy").Text());
            Assert.NotNull(first.At("startupProbe"));
        });
        Assert.All(Migrators(rendering), container => Assert.Equal("127.0.0.1", container.Environment()["PGHOST"]));
        // The README allows both to use the Google service account.
        rendering.Single("ServiceAccount", "orders");
        rendering.Single("ServiceAccount", "orders-migrate");
        AssertRestricted(rendering);
    }

    [Theory(Timeout = Limit)]
    [InlineData("external-secrets/values.yaml", true)]
    [InlineData("external-secrets/same-release-values.yaml", false)]
    public async Task The_migration_is_a_hook_only_if_the_external_secret_exists_before_the_release(string source, bool isHook)
    {
        var rendering = await RenderAsync(source);

        Assert.Equal(isHook, rendering.Job.IsHook);
        Assert.Equal(!isHook, rendering.Objects.Any(o => o.Kind == "ExternalSecret"));
        Assert.All(Migrators(rendering), container => Assert.Equal("orders-database/dbname", container.Environment()["PGDATABASE"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Both_external_secrets_are_equal()
    {
        var separate = Assert.Single(Documents("external-secrets/external-secret.yaml"));
        var inRelease = (await RenderAsync("external-secrets/same-release-values.yaml")).Single("ExternalSecret");

        // Not Assert.Equal, which would compare the order of the keys.
        Assert.True(separate.Equals(inRelease.Root), inRelease.Source);
        Assert.Equal("external-secrets.io/v1", separate.At("apiVersion").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task The_vault_agent_writes_the_files_that_migrate_reads_and_does_not_keep_the_job_running()
    {
        const string Prefix = "vault.hashicorp.com/";

        var rendering = await RenderAsync("vault-agent/values.yaml");

        Manifest[] pods = [rendering.Job, rendering.Deployment];
        Assert.All(pods, pod =>
        {
            var annotations = pod.Node("spec", "template", "metadata", "annotations");
            Assert.Equal("true", annotations.At($"{Prefix}agent-inject").Text());
            Assert.Equal("true", annotations.At($"{Prefix}agent-pre-populate-only").Text());
            Assert.Equal("true", annotations.At($"{Prefix}agent-init-first").Text());
            Assert.Equal(
                """{{- with secret "secret/data/orders" -}}{{ .Data.data.password }}{{- end -}}""",
                annotations.At($"{Prefix}agent-inject-template-password").Text());
            Assert.Equal("true", pod.PodSpec.At("automountServiceAccountToken").Text());
        });
        Assert.Equal("orders-migrate", rendering.Job.PodSpec.At("serviceAccountName").Text());
        Assert.All(Migrators(rendering), container =>
        {
            Assert.Equal("/vault/secrets", container.Environment()["MIGRATE_SETTINGS_DIR"]);
            Assert.DoesNotContain("PGPASSWORD", container.Environment().Keys);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Argo_CD_finds_PreSync_hooks_and_no_test_pods()
    {
        var rendering = await RenderAsync("argo-cd/application.yaml");

        Assert.Equal("pre-install,pre-upgrade", rendering.Job.Annotation("helm.sh/hook"));
        Assert.Contains("before-hook-creation", rendering.Job.Annotation("helm.sh/hook-delete-policy"), StringComparison.Ordinal);
        Assert.DoesNotContain(rendering.Objects, o => o.Kind == "Pod");
        Assert.All(rendering.Objects, o => Assert.DoesNotContain("argocd.argoproj.io/hook", o.Source, StringComparison.Ordinal));
        Assert.DoesNotContain("MIGRATE_REVISION", rendering.Job.Container("migrate").Environment().Keys);
    }

    [Fact(Timeout = Limit)]
    public async Task The_pods_of_the_Argo_Rollout_have_the_gate()
    {
        var rendering = await RenderAsync("argo-rollouts/values.yaml");

        var rollout = rendering.Single("Rollout", "orders");
        Assert.True(rendering.Job.IsHook);
        Assert.DoesNotContain(rendering.Objects, o => o.Kind == "Deployment");
        Assert.Equal("wait", rollout.Container("gate").At("args", "0").Text());
        Assert.Equal("orders-database/url", rollout.Container("gate").Environment()["DATABASE_URL"]);
        var labels = rollout.Node("spec", "selector", "matchLabels");
        Assert.Equal(labels, rollout.Node("spec", "template", "metadata", "labels"));
        Assert.Equal(labels, rendering.Single("Service", "orders").Node("spec", "selector"));
        // A Rollout has the pod template of a Deployment, so its type can check the template.
        var spec = Text(rollout.PodSpec!);
        Assert.Equal("gate", KubernetesYaml.Deserialize<V1PodSpec>(spec, strict: true).InitContainers[0].Name);
        AssertRestricted(rendering);
    }

    [Fact(Timeout = Limit)]
    public async Task The_timeout_of_Flux_is_longer_than_the_deadline_of_the_job()
    {
        var release = Documents("flux/helmrelease.yaml").Single(d => d.At("kind").Text() == "HelmRelease");

        var rendering = await RenderAsync("flux/helmrelease.yaml");

        Assert.Equal("helm.toolkit.fluxcd.io/v2", release.At("apiVersion").Text());
        Assert.Equal("orders", release.At("spec", "releaseName").Text());
        Assert.True(JobDeadline(rendering.Job) < Seconds(release.At("spec", "timeout").Text()!));
        Assert.True(rendering.Job.IsHook);
    }

    [Fact(Timeout = Limit)]
    public async Task The_timeout_of_helmfile_is_longer_than_the_deadline_of_the_job()
    {
        var release = Assert.Single(Documents("helmfile/helmfile.yaml")).At("releases", "0");
        var folder = ChartFolder.Combine("examples", "helmfile");

        var rendering = await RenderAsync("helmfile/values.yaml");

        Assert.Equal(ChartFolder.Path, Path.GetFullPath(release.At("chart").Text()!, folder));
        Assert.All(release.At("values").Texts(), file => Assert.True(File.Exists(Path.Combine(folder, file!))));
        Assert.True(JobDeadline(rendering.Job) < int.Parse(release.At("timeout").Text()!, CultureInfo.InvariantCulture));
    }

    [Fact(Timeout = Limit)]
    public async Task Kubectl_apply_gets_no_hooks_and_a_new_job_for_each_image()
    {
        var values = ValuesOf("kubectl-apply/values.yaml");

        var first = await RenderAsync("kubectl-apply/values.yaml");
        var second = await Rendering.OfChartAsync(ChartFolder.Path, "orders", Yaml.Merge(values, "image: {tag: v2}"));

        Assert.All(first.Objects, o => Assert.False(o.IsHook, o.ToString()));
        Assert.DoesNotContain(first.Objects, o => o.Kind == "Pod");
        Assert.NotEqual(first.Job.Name, second.Job.Name);
        Assert.Equal("wait", first.Deployment.Container("gate").At("args", "0").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Every_pod_meets_the_restricted_standard_and_the_quota()
    {
        var rendering = await RenderAsync("restricted-quota/values.yaml");

        AssertRestricted(rendering);
        Assert.All(Pods(rendering), pod => Assert.All(Containers(pod), container =>
        {
            Assert.All((string[])["requests", "limits"], kind => Assert.All(
                (string[])["cpu", "memory"],
                resource => Assert.False(
                    string.IsNullOrEmpty(container.At("resources", kind, resource).Text()),
                    $"{pod}: {container.At("name").Text()} has no {kind}.{resource}.")));
        }));
    }

    [Fact(Timeout = Limit)]
    public void The_namespace_enforces_what_the_example_is_about()
    {
        var documents = Documents("restricted-quota/namespace.yaml");

        var labels = KubernetesYaml.Deserialize<V1Namespace>(Text(documents[0]), strict: true).Metadata.Labels;
        var quota = KubernetesYaml.Deserialize<V1ResourceQuota>(Text(documents[1]), strict: true);
        Assert.Equal("restricted", labels["pod-security.kubernetes.io/enforce"]);
        Assert.Equal(
            ["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"],
            quota.Spec.Hard.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>An upgrade needs the old pods, one new pod and the Job at the same time.</summary>
    [Fact(Timeout = Limit)]
    public async Task The_quota_is_sufficient_for_an_upgrade()
    {
        var rendering = await RenderAsync("restricted-quota/values.yaml");
        var quota = KubernetesYaml.Deserialize<V1ResourceQuota>(Text(Documents("restricted-quota/namespace.yaml")[1]), strict: true);
        var replicas = int.Parse(rendering.Deployment.Text("spec", "replicas")!, CultureInfo.InvariantCulture);

        Assert.All(quota.Spec.Hard, entry =>
        {
            // Such as limits.cpu.
            var parts = entry.Key.Split('.');
            var needed = ((replicas + 1) * Needed(rendering.Deployment, parts[0], parts[1])) + Needed(rendering.Job, parts[0], parts[1]);
            Assert.InRange(needed, 0.001m, entry.Value.ToDecimal());
        });
    }

    // Init containers run one after another, before the containers: the larger of both counts.
    private static decimal Needed(Manifest pod, string kind, string resource)
    {
        decimal Of(YamlNode container) => new ResourceQuantity(container.At("resources", kind, resource).Text()!).ToDecimal();
        return Math.Max(
            pod.PodSpec.At("containers").Items().Sum(Of),
            pod.PodSpec.At("initContainers").Items().Select(Of).DefaultIfEmpty().Max());
    }

    // The restricted standard: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    private static void AssertRestricted(Rendering rendering) =>
        Assert.All(Pods(rendering), pod => Assert.All(Containers(pod), container =>
        {
            var own = container.At("securityContext");
            var shared = pod.PodSpec.At("securityContext");
            Assert.Equal("true", (own.At("runAsNonRoot") ?? shared.At("runAsNonRoot")).Text());
            Assert.Equal("RuntimeDefault", (own.At("seccompProfile", "type") ?? shared.At("seccompProfile", "type")).Text());
            Assert.Equal("false", own.At("allowPrivilegeEscalation").Text());
            Assert.Equal(["ALL"], own.At("capabilities", "drop").Texts());
        }));

    private static IEnumerable<Manifest> Pods(Rendering rendering) =>
        rendering.Objects.Where(o => o.PodSpec.At("containers") is not null);

    private static IEnumerable<YamlNode> Containers(Manifest pod) =>
        pod.PodSpec.At("initContainers").Items().Concat(pod.PodSpec.At("containers").Items());

    /// <summary>Returns the containers that run <c>migrate</c>: that of the Job, and the gate.</summary>
    private static IReadOnlyList<YamlMappingNode> Migrators(Rendering rendering) =>
        [rendering.Job.Container("migrate"), rendering.Deployment.Container("gate")];

    private static int JobDeadline(Manifest job) =>
        int.Parse(job.Text("spec", "activeDeadlineSeconds")!, CultureInfo.InvariantCulture);

    // Durations of Go such as 6m or 90s.
    private static int Seconds(string duration)
    {
        var match = Duration().Match(duration);
        var number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value == "m" ? number * 60 : number;
    }

    private static Task<Rendering> RenderAsync(string source) =>
        Rendering.OfChartAsync(ChartFolder.Path, "orders", ValuesOf(source));

    /// <summary>Returns the text of a values file, or the values in an Application or a HelmRelease.</summary>
    private static string ValuesOf(string source) =>
        EmbeddedValues(source) is { } values ? Text(values) : ChartFolder.Read(["examples", .. source.Split('/')]);

    private static bool IsSource(string file) =>
        file.EndsWith("values.yaml", StringComparison.Ordinal) || EmbeddedValues(file) is not null;

    private static YamlNode? EmbeddedValues(string source) =>
        Documents(source)
            .Select(document => document.At("kind").Text() switch
            {
                "Application" => document.At("spec", "source", "helm", "valuesObject"),
                "HelmRelease" => document.At("spec", "values"),
                _ => null,
            })
            .FirstOrDefault(values => values is not null);

    private static List<YamlNode> Documents(string source)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(ChartFolder.Read(["examples", .. source.Split('/')])));
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    private static string Text(YamlNode node)
    {
        using var writer = new StringWriter();
        new YamlStream(new YamlDocument(node)).Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    private static IEnumerable<string> ExampleFolders() =>
        Directory.GetDirectories(ChartFolder.Combine("examples"))
            .Select(f => Path.GetFileName(f)).Where(f => f != Shop).Order(StringComparer.Ordinal);

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.GetFiles(ChartFolder.Combine("examples", folder))
            .Select(f => $"{folder}/{Path.GetFileName(f)}")
            .Where(f => !f.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string ReadmeOf(string folder) => ChartFolder.Read("examples", folder, "README.md");

    /// <summary>Returns the commands in the shell blocks of a README, each on one line.</summary>
    private static IEnumerable<string> CommandsOf(string folder) =>
        Shell().Matches(ReadmeOf(folder))
            .Select(m => m.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal))
            .SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<=\s)(\./)?chart(/[\w./-]+)?")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex("^helm (upgrade|install|template) ")]
    private static partial Regex HelmInstall();

    [GeneratedRegex("^([0-9]+)([ms])$")]
    private static partial Regex Duration();
}
