using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>How Job, gate and application come by the connection.</summary>
public sealed class DatabaseTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task One_secret_serves_all_three()
    {
        var rendering = await Rendering.OfAsync();

        Assert.All(Containers(rendering), c => Assert.Equal("orders-database/url", c.Environment()["DATABASE_URL"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_can_be_mapped_for_operators_that_name_them_otherwise()
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
    public async Task What_no_secret_holds_is_given_plainly()
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
    public async Task Owner_reader_and_application_can_have_credentials_of_their_own()
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
    public async Task Passwords_can_be_kept_out_of_variables()
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
    public async Task A_connection_in_the_values_is_kept_in_secrets_and_nowhere_else()
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

    /// <summary>A hook would delete it first.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_secret_of_ones_own_is_never_replaced_whatever_its_name()
    {
        var rendering = await Rendering.OfAsync("""
            database: {existingSecret: "", url: "postgres://a@db/orders"}
            migration: {database: {existingSecret: orders-migrate}}
            """);

        Assert.Equal("Secret/orders-connection", rendering.Single("Secret").ToString());
    }

    /// <summary>Helm 4 leaves merging to the server, which refuses a list of variables with one name twice.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_variable_of_the_values_wins_and_stands_there_once()
    {
        const string Own = "[{name: PGSSLMODE, value: disable}, {name: DATABASE_URL, value: mine}, {name: POD_NAME, value: p}]";
        var rendering = await Rendering.OfAsync(
            $"database: {{sslMode: require}}\nmigration: {{env: {Own}}}\ngate: {{env: {Own}}}\napp: {{env: {Own}}}");

        Assert.All(Containers(rendering), c =>
        {
            var environment = c.Environment(); // throws for a name that stands twice
            Assert.Equal("disable", environment["PGSSLMODE"]);
            Assert.Equal("mine", environment["DATABASE_URL"]);
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData("configMap", "name")]
    [InlineData("secret", "secretName")]
    public async Task The_ca_of_an_operator_in_the_same_release_can_be_named(string kind, string field)
    {
        var rendering = await Rendering.OfAsync($$$"""database: {rootCertificate: {{{{kind}}}: "{{ .Release.Name }}-ca"}}""");

        Assert.Equal("orders-ca", rendering.Job.PodSpec.At("volumes", "0", kind, field).Text());
    }

    [Fact(Timeout = Limit)]
    public async Task A_refusal_does_not_print_the_password()
    {
        var messages = await Refusal.OfAsync("database: {url: 'postgres://orders:hunter2@db/orders'}");

        Assert.All(messages, m => Assert.DoesNotContain("hunter2", m, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task New_connection_or_scripts_replace_the_pods()
    {
        const string Inline = """
            database: {existingSecret: '', url: 'postgres://a@db/orders'}
            migration: {scripts: {inline: {V1__a.sql: SELECT 1}}}
            """;
        var first = (await Rendering.OfAsync(Inline)).Deployment;
        var url = (await Rendering.OfAsync(Yaml.Merge(Inline, "database: {url: 'postgres://b@db/orders'}"))).Deployment;
        var more = Yaml.Merge(Inline, "migration: {scripts: {inline: {V2__b.sql: SELECT 2}}}");
        var scripts = (await Rendering.OfAsync(more)).Deployment;

        Assert.NotEqual(first.Node("spec", "template"), url.Node("spec", "template"));
        Assert.NotEqual(first.Node("spec", "template"), scripts.Node("spec", "template"));
    }

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlMappingNode> Containers(Rendering rendering) =>
        [rendering.Job.Container("migrate"), rendering.Deployment.Container("gate"), rendering.Deployment.Container("app")];
}
