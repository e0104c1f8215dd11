// A process for the tests to end: it owns a cluster with a pod, prints where, and then waits for a signal.
using System.Net.Http.Json;
using Migrator.LocalCluster;
using Migrator.LocalCluster.History;
using Migrator.Tooling.Processes;

var cluster = await Cluster.StartAsync();
cluster.Images["sleep:1"] = new ImageProgram { Entrypoint = ["/bin/sleep", "300"] };
using var client = new HttpClient { BaseAddress = cluster.Address };
using var answer = await client.PostAsJsonAsync(new Uri("api/v1/namespaces/default/pods", UriKind.Relative), new
{
    metadata = new { name = "one" },
    spec = new { containers = new[] { new { name = "main", image = "sleep:1" } } },
});
answer.EnsureSuccessStatusCode();
await cluster.History.WaitForAsync(e => e.Type == HistoryEventType.ContainerStarted);
Console.WriteLine(RunFolder.Path);
await Task.Delay(Timeout.InfiniteTimeSpan);
