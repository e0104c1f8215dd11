using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Migrator.Deployment.Tests.Kubernetes.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes;

/// <summary>Errors of the API server during the wait for a rollout.</summary>
public sealed class ApiErrorTests(RolloutCluster shared) : RolloutTest(shared)
{
    public override ValueTask DisposeAsync()
    {
        Cluster.OnRequest = _ => Task.FromResult(false);
        return base.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_was_replaced_is_read_again()
    {
        await GrantAsync();
        await DeployAsync(Own);
        var environment = Access();
        await File.WriteAllTextAsync(Path.Combine(AccessFolder, "token"), "expired", Cancel);

        var waiting = await WaitAsync(environment);
        await waiting.SaysAsync("HTTP status 401: Unauthorized");
        Access();

        await waiting.EndsAsync(3);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_certificate_of_the_cluster_is_trusted_and_it_is_read_again()
    {
        await GrantAsync();
        await DeployAsync(Own);
        await using var other = await LocalCluster.Cluster.StartAsync(cancellationToken: Cancel);
        using var foreign = new TempFolder();
        other.WriteAccess(Space, "default", foreign.Path);
        var environment = Access();
        File.Copy(Path.Combine(foreign.Path, "ca.crt"), Path.Combine(AccessFolder, "..data", "ca.crt"), overwrite: true);

        var unreachable = await (await WaitAsync(environment, "--rollout-wait=5s")).EndsAsync(5);
        var waiting = await WaitAsync(environment);
        await waiting.SaysAsync("waiting for the API server of Kubernetes");
        Access();

        await waiting.EndsAsync(3);
        Assert.Contains("the pods could not be listed within 5s", unreachable, StringComparison.Ordinal);
        Assert.Contains("certificate", unreachable, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Temporary_errors_are_retried_and_never_show_the_token()
    {
        await GrantAsync();
        await DeployAsync(Own);
        var environment = Access();
        var token = await File.ReadAllTextAsync(Path.Combine(AccessFolder, "token"), Cancel);
        var failures = new ConcurrentQueue<Func<HttpContext, Task>>(
        [
            http => AnswerAsync(http, 429, """{"kind": "Status", "message": "too many requests"}""", retryAfter: "1"),
            http => AnswerAsync(http, 503, $$"""{"kind": "Status", "message": "cannot forward {{token}}"}""", retryAfter: "0"),
            http => AnswerAsync(http, 200, "<html>a proxy</html>"),
            http => { http.Abort(); return Task.CompletedTask; },
        ]);
        Cluster.OnRequest = async http =>
        {
            if (!failures.TryDequeue(out var failure))
            {
                return false;
            }

            await failure(http);
            return true;
        };

        var result = await (await WaitAsync(environment)).EndsAsync(3);

        Assert.Contains("HTTP status 429: too many requests", result, StringComparison.Ordinal);
        Assert.Contains("HTTP status 503: cannot forward ***", result, StringComparison.Ordinal);
        Assert.Contains("the answer is not a Deployment", result, StringComparison.Ordinal);
        Assert.DoesNotContain(token, result, StringComparison.Ordinal);
        Assert.Empty(failures);
    }

    [Fact(Timeout = Limit)]
    public async Task The_time_that_a_busy_server_asks_for_is_waited()
    {
        await GrantAsync();
        await DeployAsync(Own);
        var times = new ConcurrentQueue<DateTime>();
        Cluster.OnRequest = async http =>
        {
            times.Enqueue(DateTime.UtcNow);
            if (times.Count == 1)
            {
                await AnswerAsync(http, 429, "{}", retryAfter: "4");
            }

            return times.Count == 1;
        };

        await (await WaitAsync()).EndsAsync(3);

        Assert.True(times.ElementAt(1) - times.First() >= TimeSpan.FromSeconds(3.9));
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_whose_snapshot_has_expired_is_read_again_from_the_first_page()
    {
        await GrantAsync();
        await DeployAsync(Own);
        foreach (var name in (string[])["c", "d", "e"])
        {
            await CreatePodAsync(name, Own);
        }

        var pages = new ConcurrentQueue<string>();
        Cluster.OnRequest = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/pods", StringComparison.Ordinal))
            {
                return false;
            }

            var next = http.Request.Query["continue"].ToString();
            http.Request.QueryString = new QueryString(http.Request.QueryString.Value!.Replace("limit=100", "limit=2", StringComparison.Ordinal));
            pages.Enqueue(next.Length > 0 ? "next" : "first");
            if (pages.Count == 2)
            {
                // This pod comes before those of the first page.
                await CreatePodAsync("a", Other);
                Cluster.Compact();
            }

            return false;
        };

        var result = await (await WaitAsync("--rollout-wait=0s")).EndsAsync(5);

        Assert.Contains("have ended: a\n", result, StringComparison.Ordinal);
        Assert.Equal(["first", "next", "first", "next"], pages);
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_that_is_not_from_the_API_is_not_an_empty_list()
    {
        await GrantAsync();
        await DeployAsync(Own);
        Cluster.OnRequest = async http =>
        {
            var isList = http.Request.Path.Value!.EndsWith("/pods", StringComparison.Ordinal);
            if (isList)
            {
                await AnswerAsync(http, 404, "404 page not found");
            }

            return isList;
        };

        Assert.Contains("HTTP status 404", await (await WaitAsync()).EndsAsync(2), StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(HttpContext http, int code, string body, string? retryAfter = null)
    {
        http.Response.StatusCode = code;
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        await http.Response.WriteAsync(body, http.RequestAborted);
    }
}
