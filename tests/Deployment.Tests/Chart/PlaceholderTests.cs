using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The values of placeholders reach the Jobs as environment variables.</summary>
public sealed class PlaceholderTests(PublishedMigrate migrate) : IClassFixture<PublishedMigrate>
{
    private const int Limit = 60_000;
    private const string SecretName = "orders-migrate-placeholders";

    [Theory(Timeout = Limit)]
    [InlineData("orders-migrate")]
    [InlineData("orders-rollback")]
    public async Task A_value_reaches_a_job_through_a_secret_and_not_as_an_argument(string job)
    {
        var rendering = await Rendering.OfAsync("""
            migration: {rollback: {enabled: true}, placeholders: {owner: shop-owner, keep-days.x: "30", quick: "true"}}
            """);
        var container = rendering.Single("Job", job).Container("migrate");

        Assert.Equal(
            [
                ("MIGRATE_PLACEHOLDER_KEEP-DAYS.X", "30"), ("MIGRATE_PLACEHOLDER_OWNER", "shop-owner"), ("MIGRATE_PLACEHOLDER_QUICK", "true"),
            ],
            Data(rendering).Select(d => (d.Key, d.Value)));
        Assert.All(Data(rendering).Keys, key => Assert.Equal($"{SecretName}/{key}", container.Environment()[key]));
        Assert.DoesNotContain(container.At("args").Texts()!, a => a!.StartsWith("--placeholder", StringComparison.Ordinal));
        Assert.All(rendering.Objects, o => Assert.DoesNotContain("shop-owner", o.Source, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task The_gate_and_the_application_get_no_placeholders()
    {
        var deployment = (await Rendering.OfAsync("migration: {placeholders: {owner: orders}}")).Deployment;

        Assert.DoesNotContain("PLACEHOLDER", deployment.Source, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "pre-install,pre-upgrade", "before-hook-creation,hook-succeeded")]
    [InlineData("migration: {rollback: {enabled: true}}", "pre-install,pre-upgrade,post-rollback", "before-hook-creation,hook-succeeded")]
    [InlineData("phase: migrate", null, null)]
    [InlineData("phase: rollback", null, null)]
    public async Task The_secret_exists_before_the_job_and_is_deleted_with_its_hooks(string values, string? hook, string? policy)
    {
        var secret = (await Rendering.OfAsync(Yaml.Merge("migration: {placeholders: {owner: orders}}", values))).Single("Secret", SecretName);

        Assert.Equal(hook, secret.Annotation("helm.sh/hook"));
        Assert.Equal(policy, secret.Annotation("helm.sh/hook-delete-policy"));
        Assert.Equal(hook is null ? null : "-5", secret.Annotation("helm.sh/hook-weight"));
    }

    [Fact(Timeout = Limit)]
    public async Task The_application_alone_renders_no_secret() =>
        Assert.DoesNotContain(
            (await Rendering.OfAsync("phase: deploy\nmigration: {placeholders: {owner: orders}}")).Objects, o => o.Kind == "Secret");

    [Theory(Timeout = Limit)]
    [InlineData("secretKeyRef")]
    [InlineData("configMapKeyRef")]
    public async Task A_value_can_be_the_key_of_an_existing_secret_or_config_map(string reference)
    {
        var rendering = await Rendering.OfAsync($$"""
            migration:
              placeholders:
                owner:
                  valueFrom:
                    {{reference}}: {name: shop, key: role}
            """);

        Assert.DoesNotContain(rendering.Objects, o => o.Kind == "Secret");
        var variable = rendering.Job.Container("migrate").At("env").Items().Single(v => v.At("name").Text() == "MIGRATE_PLACEHOLDER_OWNER");
        Assert.Equal("shop", variable.At("valueFrom", reference, "name").Text());
        Assert.Equal("role", variable.At("valueFrom", reference, "key").Text());
    }

    /// <summary>migrate treats an empty variable as not set.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_empty_value_is_an_argument()
    {
        var rendering = await Rendering.OfAsync("migration: {placeholders: {suffix: ''}}");

        Assert.Contains("--placeholder=suffix=", rendering.Job.Container("migrate").At("args").Texts()!);
        Assert.DoesNotContain("PLACEHOLDER", rendering.Job.Source, StringComparison.Ordinal);
        Assert.DoesNotContain(rendering.Objects, o => o.Kind == "Secret");
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_in_migration_env_takes_precedence()
    {
        var job = (await Rendering.OfAsync("""
            migration: {placeholders: {owner: orders}, env: [{name: MIGRATE_PLACEHOLDER_OWNER, value: shop}]}
            """)).Job;

        Assert.Equal("shop", job.Container("migrate").Environment()["MIGRATE_PLACEHOLDER_OWNER"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("{a b: c}", "\"a b\"", "environment variable")]
    [InlineData("{größe: c}", "\"größe\"", "environment variable")]
    [InlineData("{a=b: c}", "\"a=b\"", "environment variable")]
    [InlineData("{'': c}", "\"\"", "environment variable")]
    [InlineData("{owner: a, Owner: b}", "Owner and owner", "ignores the case")]
    public async Task A_name_that_cannot_be_a_variable_is_rejected(string placeholders, string name, string reason)
    {
        var messages = await Rejection.OfAsync($"migration: {{placeholders: {placeholders}}}");

        Assert.All(messages, m => Assert.Contains("migration.placeholders", m, StringComparison.Ordinal));
        Assert.All(messages, m => Assert.Contains(name, m, StringComparison.Ordinal));
        Assert.All(messages, m => Assert.Contains(reason, m, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData(233, true)]
    [InlineData(234, false)]
    public async Task The_variable_of_the_longest_name_fits_into_the_key_of_a_secret(int length, bool isAccepted)
    {
        var values = $"migration: {{placeholders: {{{new string('a', length)}: b}}}}";

        if (isAccepted)
        {
            Assert.Equal(253, Assert.Single(Data(await Rendering.OfAsync(values))).Key.Length);
        }
        else
        {
            Assert.All(await Rejection.OfAsync(values), m => Assert.Contains("1 to 233", m, StringComparison.Ordinal));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("{owner: {value: a}}")]
    [InlineData("{owner: {valueFrom: {}}}")]
    [InlineData("{owner: {valueFrom: {secretKeyRef: {name: a}}}}")]
    [InlineData("{owner: {valueFrom: {fieldRef: {fieldPath: metadata.name}}}}")]
    public async Task An_incomplete_reference_is_rejected(string placeholders) =>
        Assert.All(
            await Rejection.OfAsync($"migration: {{placeholders: {placeholders}}}"),
            m => Assert.Contains("placeholders", m, StringComparison.Ordinal));

    /// <summary>The shell that starts the command in tests drops variables whose names contain dashes or dots.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    public async Task Migrate_replaces_placeholders_with_the_values_of_the_secret(bool hasSecret, int expected)
    {
        var rendering = await Rendering.OfAsync("migration: {placeholders: {keep_days: '30', Owner_1: shop}}");
        using var scripts = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(scripts.Path, "V1__a.sql"), "SELECT ${KEEP_days}, '${owner_1}';", TestContext.Current.CancellationToken);

        var result = await Guarded.Command(migrate.Path, "validate", "--offline", $"--dir={scripts.Path}")
            .WithEnvironmentVariables(hasSecret ? Data(rendering).ToDictionary(d => d.Key, d => (string?)d.Value) : [])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == expected, $"{result.ExitCode}: {result.StandardError}");
    }

    private static SortedDictionary<string, string> Data(Rendering rendering) => new(
        rendering.Single("Secret", SecretName).Node("data").Entries()
            .ToDictionary(e => e.Key, e => Encoding.UTF8.GetString(Convert.FromBase64String(e.Value.Text()!))),
        StringComparer.Ordinal);
}
