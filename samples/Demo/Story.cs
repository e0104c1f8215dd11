using System.Diagnostics;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;

namespace Migrator.Demo;

/// <summary>Three releases of a shop's service, the last of which fails at first. One method per step.</summary>
internal sealed class Story(Stage stage, Narrator narrator)
{
    private const string Duplicate = "samples/Orders/data/duplicate.sql";
    private const string Mend = "samples/Orders/data/mend.sql";

    /// <summary>Plays all steps, and says what went on when.</summary>
    /// <exception cref="ExpectationException">A step did not go as it should; no other is played then.</exception>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        var timeline = new Timeline();
        await using var rollout = new Rollout(stage, timeline, narrator);
        (string Title, Func<Task> PlayAsync)[] steps =
        [
            ("v1 goes up on an empty database", () => GoUpAsync(stage.Release(1), rollout, cancellationToken)),
            ("v1 serves", () => rollout.ServeAsync(stage.Release(1), cancellationToken)),
            ("v2 goes up, while v1 serves", () => GoUpAsync(stage.Release(2), rollout, cancellationToken)),
            ("v2 serves instead of v1", () => rollout.ServeAsync(stage.Release(2), cancellationToken)),
            ("A customer comes a second time", () => AddDuplicateAsync(cancellationToken)),
            ("v3 fails, and nothing of it stays", () => FailAsync(stage.Release(3), rollout, cancellationToken)),
            ("The data is mended", () => MendAsync(cancellationToken)),
            ("v3 goes up, while v2 serves", () => GoUpAsync(stage.Release(3), rollout, cancellationToken)),
            ("v3 serves instead of v2", () => rollout.ServeAsync(stage.Release(3), cancellationToken)),
            ("All of it is there", () => ShowStatusAsync(stage.Release(3), rollout, cancellationToken)),
        ];
        try
        {
            foreach (var (index, (title, playAsync)) in steps.Index())
            {
                narrator.Heading($"{index + 1}/{steps.Length}  {title}");
                await playAsync();
            }
        }
        catch (ExpectationException)
        {
            await rollout.TellServerFailureAsync(cancellationToken);
            throw;
        }

        narrator.Heading("What went on when");
        narrator.Output(string.Join('\n', timeline.Lines(narrator.Style)));
        narrator.Heading("All went as it should.");
    }

    private async Task GoUpAsync(Release release, Rollout rollout, CancellationToken cancellationToken)
    {
        await rollout.MigrateAsync(release, exitCode: 0, cancellationToken);
        var applied = await stage.Database.AppliedScriptsAsync(cancellationToken);
        narrator.Expect(
            applied.SequenceEqual(release.Scripts),
            $"the history holds the {release.Scripts.Count} scripts of {release.Name}, and no other",
            string.Join(", ", applied));
    }

    private async Task FailAsync(Release release, Rollout rollout, CancellationToken cancellationToken)
    {
        var before = await stage.Database.SnapshotAsync(cancellationToken);
        var outcome = await rollout.MigrateAsync(release, exitCode: 1, cancellationToken);
        string[] reasons = ["V10__sign_in_by_email.sql:", "23505", "customers_email_key", "grace@example.org"];
        narrator.Expect(
            Array.TrueForAll(reasons, reason => outcome.StandardError.Contains(reason, StringComparison.Ordinal)),
            "stderr says where and why: script and line, SQL state, index, and the address that is there twice",
            outcome.StandardError);

        var difference = before.DifferenceTo(await stage.Database.SnapshotAsync(cancellationToken));
        narrator.Expect(
            difference.Count == 0,
            $"the schema of {rollout.Current.Name} is untouched: {before.Summary}",
            $"a difference\n{string.Join('\n', difference)}");
        var orders = await rollout.Current.OrdersAsync(cancellationToken);
        narrator.Expect(
            rollout.Current.IsRunning && orders.Length > 0,
            $"{rollout.Current.Name} goes on serving, with {orders.Length} orders; it was never restarted",
            $"running: {rollout.Current.IsRunning}, {orders.Length} orders");
    }

    private async Task AddDuplicateAsync(CancellationToken cancellationToken)
    {
        await RunDataAsync(Duplicate, cancellationToken);
        var twins = await stage.Database.TwinsAsync(cancellationToken);
        narrator.Output(string.Join('\n', twins));
        narrator.Expect(twins.Count == 2, "one address is two customers", $"{twins.Count} customers share an address");
    }

    private async Task MendAsync(CancellationToken cancellationToken)
    {
        var before = await stage.Database.OrderCountAsync(cancellationToken);
        await RunDataAsync(Mend, cancellationToken);
        var twins = await stage.Database.TwinsAsync(cancellationToken);
        narrator.Expect(twins.Count == 0, "one address is one customer again", string.Join('\n', twins));
        var after = await stage.Database.OrderCountAsync(cancellationToken);
        narrator.Expect(after == before, $"no order is lost: there are {after}", $"{after} orders of {before}");
    }

    private async Task ShowStatusAsync(Release release, Rollout rollout, CancellationToken cancellationToken)
    {
        var outcome = await rollout.ShowStatusAsync(release, cancellationToken);
        narrator.Expect(
            outcome.ExitCode == 0,
            "exit code 0: nothing is pending",
            $"exit code {outcome.ExitCode}",
            outcome.Took);
    }

    private async Task RunDataAsync(string file, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await stage.Database.RunFileAsync(file, cancellationToken);
        narrator.Done($"{file} has run", watch.Elapsed);
    }
}
