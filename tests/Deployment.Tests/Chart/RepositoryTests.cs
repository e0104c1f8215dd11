using System.Net;
using System.Net.Sockets;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The Helm repository that a release publishes, which Spinnaker's artifact type <c>helm/chart</c> needs.</summary>
public sealed class RepositoryTests
{
    private const int Limit = 60_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_index_of_a_release_has_this_version_and_the_versions_before_it()
    {
        using var folder = new TempFolder();
        using var server = FileServer.Start(folder.Path);
        await PublishAsync(folder.Path, server.Url, "1.0.0", previous: "");

        await PublishAsync(folder.Path, server.Url, "1.1.0", previous: Path.Combine(folder.Path, "1.0.0", "index.yaml"));

        foreach (var helm in HelmCli.Both)
        {
            foreach (var version in new[] { "1.0.0", "1.1.0" })
            {
                var target = Directory.CreateDirectory(Path.Combine(folder.Path, "pulled", Guid.NewGuid().ToString("N")));
                var pulled = await helm.RunAsync(null, ["pull", "migrator", "--repo", $"{server.Url}/1.1.0", "--version", version, "--destination", target.FullName]);

                Assert.True(pulled.IsSuccess, pulled.StandardError);
                Assert.Equal($"migrator-{version}.tgz", Assert.Single(target.GetFiles()).Name);
            }
        }
    }

    // Each version has a folder of its own, as the assets of a release have.
    private static async Task PublishAsync(string root, string url, string version, string previous)
    {
        var folder = Path.Combine(root, version);
        var packaged = await HelmCli.V4.RunAsync(null, ["package", ChartFolder.Path, "--version", version, "--destination", folder]);
        Assert.True(packaged.IsSuccess, packaged.StandardError);
        await Guarded.Command(RepositoryRoot.Combine(".ci", "chart-index"), await Helm.V4PathAsync(Cancel), folder, $"{url}/{version}", previous).ExecuteAsync(Cancel);
    }

    /// <summary>Serves the files of a folder on a loopback port.</summary>
    private sealed class FileServer : IDisposable
    {
        private readonly HttpListener _listener;

        private FileServer(HttpListener listener, string url) => (_listener, Url) = (listener, url);

        public string Url { get; }

        public static FileServer Start(string folder)
        {
            // HttpListener cannot choose a port. Another process can take the free port before it is used.
            for (var attempt = 1; ; attempt++)
            {
                using var free = new TcpListener(IPAddress.Loopback, 0);
                free.Start();
                var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
                free.Stop();
                var listener = new HttpListener { Prefixes = { $"{url}/" } };
                try
                {
                    listener.Start();
                }
                catch (HttpListenerException) when (attempt < 20)
                {
                    continue;
                }

                _ = ServeAsync(listener, folder);
                return new FileServer(listener, url);
            }
        }

        public void Dispose() => _listener.Close();

        private static async Task ServeAsync(HttpListener listener, string folder)
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var file = Path.Combine(folder, context.Request.Url!.AbsolutePath.TrimStart('/'));
                context.Response.StatusCode = File.Exists(file) ? 200 : 404;
                context.Response.Close(File.Exists(file) ? await File.ReadAllBytesAsync(file) : [], willBlock: false);
            }
        }
    }
}
