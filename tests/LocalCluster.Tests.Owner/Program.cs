// A process that tests end with a signal. It starts a cluster with a pod, prints its folder, and waits.
using System.Net.Http.Json;
using Migrator.LocalCluster;
using Migrator.LocalCluster.History;
using Migrator.Tooling.Processes;

var cluster = await Cluster.StartAsync();
cluster.Images["sleep:1"] = new ImageProgram { Entrypoint = ["/bin/sleep", "300"] };
using var client = new HttpClient { BaseAddress = cluster.Address };
using var response = await client.PostAsJsonAsync(new Uri("api/v1/namespaces/default/pods", UriKind.Relative), new
{
    metadata = new { name = "one" },
    spec = new { containers = new[] { new { name = "main", image = "sleep:1" } } },
});
response.EnsureSuccessStatusCode();
await cluster.History.WaitForAsync(e => e.Type == HistoryEventType.ContainerStarted);
Console.WriteLine(RunFolder.Path);
await Task.Delay(Timeout.InfiniteTimeSpan);
