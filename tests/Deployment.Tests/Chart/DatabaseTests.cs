using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>How the Job, the gate and the application receive the connection.</summary>
public sealed class DatabaseTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Job_gate_and_application_use_one_secret()
    {
        var rendering = await Rendering.OfAsync();

        Assert.All(Containers(rendering), c => Assert.Equal("orders-database/url", c.Environment()["DATABASE_URL"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_of_the_secret_can_have_other_names()
    {
        var rendering = await Rendering.OfAsync("""
            database:
              keys: {url: "", host: hostname, port: port, name: dbname, user: username, password: pass}
            """);

        Assert.All(Containers(rendering), c =>
        {
            var environment = c.Environment();
            Assert.DoesNotContain("DATABASE_URL", environment.Keys);
            Assert.Equal("orders-database/hostname", environment["PGHOST"]);
            Assert.Equal("orders-database/port", environment["PGPORT"]);
            Assert.Equal("orders-database/dbname", environment["PGDATABASE"]);
            Assert.Equal("orders-database/username", environment["PGUSER"]);
            Assert.Equal("orders-database/pass", environment["PGPASSWORD"]);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Parts_that_no_secret_contains_are_plain_variables()
    {
        var rendering = await Rendering.OfAsync("""
            database:
              keys: {url: "", password: password}
              host: db.example.com
              port: 6432
              name: orders
              user: app
              sslMode: verify-full
              rootCertificate: {secret: ca, key: root.pem}
            """);

        Assert.All(Containers(rendering), c =>
        {
            var environment = c.Environment();
            Assert.Equal("db.example.com", environment["PGHOST"]);
            Assert.Equal("6432", environment["PGPORT"]);
            Assert.Equal("orders", environment["PGDATABASE"]);
            Assert.Equal("app", environment["PGUSER"]);
            Assert.Equal("orders-database/password", environment["PGPASSWORD"]);
            Assert.Equal("verify-full", environment["PGSSLMODE"]);
            Assert.Equal("/etc/migrate/tls/root.pem", environment["PGSSLROOTCERT"]);
            Assert.Equal("/etc/migrate/tls", c.At("volumeMounts", "0", "mountPath").Text());
        });
        Assert.Equal("ca", rendering.Job.PodSpec.At("volumes", "0", "secret", "secretName").Text());
        Assert.Equal("ca", rendering.Deployment.PodSpec.At("volumes", "0", "secret", "secretName").Text());
    }

    [Fact(Timeout = Limit)]
    public async Task Job_gate_and_application_can_have_different_credentials()
    {
        var rendering = await Rendering.OfAsync("""
            migration: {database: {existingSecret: owner, keys: {url: dsn}}}
            gate: {database: {existingSecret: "{{ .Release.Name }}-reader"}}
            """);

        Assert.Equal("owner/dsn", rendering.Job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-reader/url", rendering.Deployment.Container("gate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-database/url", rendering.Deployment.Container("app").Environment()["DATABASE_URL"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Job_and_gate_can_read_the_secret_from_files_instead_of_variables()
    {
        var rendering = await Rendering.OfAsync("database: {credentials: files, keys: {password: pass}}");

        foreach (var (pod, name) in new[] { (rendering.Job, "migrate"), (rendering.Deployment, "gate") })
        {
            var environment = pod.Container(name).Environment();
            Assert.Equal("/etc/migrate/settings", environment["MIGRATE_SETTINGS_DIR"]);
            Assert.DoesNotContain("DATABASE_URL", environment.Keys);
            Assert.DoesNotContain("PGPASSWORD", environment.Keys);
            Assert.Equal("/etc/migrate/settings", pod.Container(name).At("volumeMounts", "0", "mountPath").Text());
            Assert.Equal("orders-database", pod.PodSpec.At("volumes", "0", "secret", "secretName").Text());
            Assert.Equal(
                [("url", "DATABASE_URL"), ("pass", "PGPASSWORD")],
                pod.PodSpec.At("volumes", "0", "secret", "items").Items().Select(i => (i.At("key").Text(), i.At("path").Text())));
        }

        Assert.Equal("orders-database/url", rendering.Deployment.Container("app").Environment()["DATABASE_URL"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_in_the_values_is_rendered_only_into_secrets()
    {
        var rendering = await Rendering.OfAsync("""
            database: {existingSecret: "", url: "postgres://orders:hunter2@db/orders"}
            """);

        Assert.All(rendering.Objects, o => Assert.DoesNotContain("hunter2", o.Source, StringComparison.Ordinal));
        Assert.Equal("orders-migrate/url", rendering.Job.Container("migrate").Environment()["DATABASE_URL"]);
        Assert.Equal("orders-connection/url", rendering.Deployment.Container("gate").Environment()["DATABASE_URL"]);
        Assert.Equal(
            "postgres://orders:hunter2@db/orders"u8.ToArray(),
            Convert.FromBase64String(rendering.Single("Secret", "orders-migrate").Text("data", "url")!));
    }

    /// <summary>If the chart rendered the same Secret as a hook, Helm would delete the user's Secret first.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_existing_secret_is_never_replaced_whatever_its_name()
    {
        var rendering = await Rendering.OfAsync("""
            database: {existingSecret: "", url: "postgres://a@db/orders"}
            migration: {database: {existingSecret: orders-migrate}}
            """);

        Assert.Equal("Secret/orders-connection", rendering.Single("Secret").ToString());
    }

    /// <summary>Helm 4 uses server-side apply, and the server rejects a list of variables with a duplicate name.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_variable_of_the_values_replaces_the_generated_variable()
    {
        const string Own = "[{name: PGSSLMODE, value: disable}, {name: DATABASE_URL, value: mine}, {name: POD_NAME, value: p}]";
        var rendering = await Rendering.OfAsync(
            $"database: {{sslMode: require}}\nmigration: {{env: {Own}}}\ngate: {{env: {Own}}}\napp: {{env: {Own}}}");

        Assert.All(Containers(rendering), c =>
        {
            var environment = c.Environment(); // throws for a duplicate name
            Assert.Equal("disable", environment["PGSSLMODE"]);
            Assert.Equal("mine", environment["DATABASE_URL"]);
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData("configMap", "name")]
    [InlineData("secret", "secretName")]
    public async Task The_name_of_the_ca_certificate_can_contain_a_template(string kind, string field)
    {
        var rendering = await Rendering.OfAsync($$$"""database: {rootCertificate: {{{{kind}}}: "{{ .Release.Name }}-ca"}}""");

        Assert.Equal("orders-ca", rendering.Job.PodSpec.At("volumes", "0", kind, field).Text());
    }

    [Fact(Timeout = Limit)]
    public async Task An_error_message_does_not_contain_the_password()
    {
        var messages = await Rejection.OfAsync("database: {url: 'postgres://orders:hunter2@db/orders'}");

        Assert.All(messages, m => Assert.DoesNotContain("hunter2", m, StringComparison.Ordinal));
    }

    /// <summary>For a changed connection, see the tests with a cluster.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_changed_script_replaces_the_pods()
    {
        const string Inline = "migration: {scripts: {inline: {V1__a.sql: SELECT 1}}}";
        var first = (await Rendering.OfAsync(Inline)).Deployment;
        var more = Yaml.Merge(Inline, "migration: {scripts: {inline: {V2__b.sql: SELECT 2}}}");
        var scripts = (await Rendering.OfAsync(more)).Deployment;

        Assert.NotEqual(first.Node("spec", "template"), scripts.Node("spec", "template"));
    }

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlMappingNode> Containers(Rendering rendering) =>
        [rendering.Job.Container("migrate"), rendering.Deployment.Container("gate"), rendering.Deployment.Container("app")];
}
