using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class KubectlSpecs
{
    [Fact(Timeout = 60_000)]
    public async Task Get_describe_and_logs_show_why_a_job_failed()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(
            Manifests.Job("one", "echo step 1; echo column is missing >/dev/termination-log; exit 7"));
        (await test.KubectlAsync("wait", "--for=condition=Failed", "job/one", "--timeout=20s")).Done();

        var all = (await test.KubectlAsync("get", "all")).Done().Text;
        var pod = (await test.KubectlAsync("describe", "pod", "-l", "job-name=one")).Done().Text;
        var job = (await test.KubectlAsync("describe", "job", "one")).Done().Text;

        Assert.Matches(@"pod/one-\w{5} +0/1 +Error +0 ", all);
        Assert.Matches(@"job.batch/one +Failed +0/1 ", all);
        Assert.Matches("Message: +column is missing", pod);
        Assert.Matches("Exit Code: +7", pod);
        Assert.Contains("Successfully assigned default/one-", pod, StringComparison.Ordinal);
        Assert.Contains("BackoffLimitExceeded", job, StringComparison.Ordinal);
        Assert.Equal("step 1\n", (await test.KubectlAsync("logs", "job/one")).Done().Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task Apply_changes_mutable_fields_and_rejects_a_new_template_for_a_job()
    {
        await using var test = await TestCluster.StartAsync();
        var job = Manifests.Job("one", "true");
        Assert.Equal("job.batch/one created\n", await test.ApplyAsync(job));
        Assert.Equal("job.batch/one unchanged\n", await test.ApplyAsync(job));

        Assert.Equal(
            "job.batch/one configured\n",
            await test.ApplyAsync(Manifests.Job("one", "true", spec: "backoffLimit: 0\nttlSecondsAfterFinished: 600")));
        var refused = await test.KubectlAsync(Manifests.Job("one", "false"), ["apply", "-f", "-"]);

        Assert.StartsWith(
            "The Job \"one\" is invalid: spec.template: Invalid value: ",
            refused.Failed().Error,
            StringComparison.Ordinal);
        Assert.EndsWith(": field is immutable\n", refused.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Apply_with_a_label_selector_applies_matching_objects_and_fails_if_none_match()
    {
        await using var test = await TestCluster.StartAsync();
        var two = Manifests.ConfigMap("a", "phase: migrate") + "---\n" + Manifests.ConfigMap("b", "phase: deploy");

        var some = await test.KubectlAsync(two, ["apply", "-f", "-", "-l", "phase=deploy"]);
        var none = await test.KubectlAsync(two, ["apply", "-f", "-", "-l", "phase=other"]);

        Assert.Equal("configmap/b created\n", some.Done().Text);
        Assert.Equal(1, none.ExitCode);
        Assert.Equal("error: no objects passed to apply\n", none.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Create_generates_a_new_name_from_generateName_each_time()
    {
        await using var test = await TestCluster.StartAsync();
        var job = Manifests.Job("one", "true").Replace("name: one", "generateName: one-", StringComparison.Ordinal);

        var first = (await test.KubectlAsync(job, ["create", "-f", "-"])).Done().Text;
        var second = (await test.KubectlAsync(job, ["create", "-f", "-"])).Done().Text;

        Assert.Matches(@"^job.batch/one-\w{5} created\n$", first);
        Assert.NotEqual(first, second);
    }

    [Fact(Timeout = 60_000)]
    public async Task Replace_and_delete_wait_until_the_object_is_removed()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Job("one", "sleep 60"));
        await test.Cluster.History.WaitForAsync(
            e => e.Container == "main", cancellationToken: TestContext.Current.CancellationToken);

        (await test.KubectlAsync(Manifests.Job("one", "true"), ["replace", "--force", "-f", "-"])).Done();
        (await test.KubectlAsync("wait", "--for=condition=Complete", "job/one", "--timeout=20s")).Done();
        (await test.KubectlAsync("delete", "job", "one")).Done();

        Assert.Empty(test.Cluster.List("Job"));
        (await test.KubectlAsync("wait", "--for=delete", "pod", "-l", "job-name=one", "--timeout=20s")).Done();
        Assert.Empty(test.Cluster.List("Pod"));
        Assert.Equal(1, (await test.KubectlAsync("get", "job", "one")).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Server_side_apply_keeps_the_fields_of_other_managers()
    {
        await using var test = await TestCluster.StartAsync();
        const string Mine = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: shared
            data:
              a: mine
              b: mine
            """;
        string[] apply = ["apply", "--server-side", "-f", "-"];
        (await test.KubectlAsync(Mine, [.. apply, "--field-manager", "me"])).Done();

        var conflict = await test.KubectlAsync(
            Mine.Replace("b: mine", "b: yours", StringComparison.Ordinal), [.. apply, "--field-manager", "you"]);
        Assert.Contains(
            "Apply failed with 1 conflict: conflict with \"me\": .data.b",
            conflict.Failed().Error,
            StringComparison.Ordinal);

        // Both managers own a, so it is kept when "me" no longer applies it. Only "me" owns b, so it is removed.
        (await test.KubectlAsync(
            Mine.Replace("\n  b: mine", "", StringComparison.Ordinal), [.. apply, "--field-manager", "you"])).Done();
        (await test.KubectlAsync(
            Mine[..Mine.IndexOf("\ndata:", StringComparison.Ordinal)], [.. apply, "--field-manager", "me"])).Done();
        Assert.Equal("""{"a":"mine"}""", test.Cluster.Find("ConfigMap", "default", "shared")?["data"]?.ToJsonString());

        (await test.KubectlAsync(
            Mine.Replace("a: mine", "a: yours", StringComparison.Ordinal), [.. apply, "--field-manager", "me", "--force-conflicts"])).Done();
        Assert.Equal("yours", test.Cluster.Find("ConfigMap", "default", "shared").Text("data", "a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Deleting_a_namespace_deletes_its_objects()
    {
        await using var test = await TestCluster.StartAsync();
        (await test.KubectlAsync("create", "namespace", "team")).Done();
        (await test.KubectlAsync(Manifests.Job("one", "sleep 60"), ["apply", "-n", "team", "-f", "-"])).Done();

        (await test.KubectlAsync("delete", "namespace", "team")).Done();

        Assert.Null(test.Cluster.Find("Namespace", "", "team"));
        Assert.Empty(test.Cluster.List("Pod"));
        var late = await test.KubectlAsync(Manifests.ConfigMap("a", "x: z"), ["apply", "-n", "team", "-f", "-"]);
        Assert.Contains("namespaces \"team\" not found", late.Failed().Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Get_watch_prints_each_change()
    {
        await using var test = await TestCluster.StartAsync();
        var watching = test.KubectlAsync("get", "job", "--watch", "--request-timeout", "3s");
        await Task.Delay(500, TestContext.Current.CancellationToken);

        await test.ApplyAsync(Manifests.Job("one", "true"));

        Assert.Matches(@"one +Complete +1/1 ", (await watching).Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task Logs_can_be_followed_until_the_container_ends()
    {
        await using var test = await TestCluster.StartAsync();
        await test.ApplyAsync(Manifests.Job("one", "echo a; sleep 1; echo b; sleep 1; echo c"));
        await test.Cluster.History.WaitForAsync(
            e => e.Container == "main", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("a\nb\nc\n", (await test.KubectlAsync("logs", "-f", "job/one")).Done().Text);
        Assert.Equal("c\n", (await test.KubectlAsync("logs", "--tail", "1", "job/one")).Done().Text);
    }
}
