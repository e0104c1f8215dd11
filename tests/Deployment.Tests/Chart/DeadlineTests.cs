using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The deadlines: the component that can report the cause times out first.</summary>
public sealed class DeadlineTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_default_deadlines_stay_below_helms_default_timeout_of_five_minutes()
    {
        var job = (await Rendering.OfAsync()).Job;

        Assert.Contains("--timeout=100s", job.Container("migrate").At("args").Texts());
        Assert.Equal("130", job.PodSpec.At("activeDeadlineSeconds").Text());
        // Two attempts and a back-off of 10 s take 270 s.
        Assert.Equal("280", job.Text("spec", "activeDeadlineSeconds"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("timeout: 30m", "1830", "3680")]
    [InlineData("timeout: 1h30m", "5430", "10880")]
    [InlineData("timeout: 100500ms", "131", "282")]
    [InlineData("timeout: 08m", "510", "1040")]
    [InlineData("backoffLimit: 0", "130", "140")]
    [InlineData("backoffLimit: 3", "130", "600")] // back-off of 10, 20 and 40 s
    [InlineData("backoffLimit: 8", "130", "3010")] // the seventh and eighth back-off are limited to 10 minutes
    [InlineData("podDeadline: 5m", "300", "620")]
    [InlineData("jobDeadline: 6m", "130", "360")]
    [InlineData("mode: job", "290", "600")]
    public async Task Empty_deadlines_are_derived_from_the_others(string migration, string pod, string jobSeconds)
    {
        var job = (await Rendering.OfAsync($"migration: {{{migration}}}")).Job;

        Assert.Equal(pod, job.PodSpec.At("activeDeadlineSeconds").Text());
        Assert.Equal(jobSeconds, job.Text("spec", "activeDeadlineSeconds"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migration: {lockWait: 80s}", "migration.connectWait (55s) and migration.lockWait (80s)", "migration.timeout (100s)")]
    [InlineData("migration: {podDeadline: 100s}", "migration.timeout (100s)", "migration.podDeadline (100s)")]
    [InlineData("migration: {jobDeadline: 270s}", "migration.podDeadline (130s, from timeout)", "migration.jobDeadline (270s)")]
    [InlineData("migration: {backoffLimit: 2, jobDeadline: 400s}", "migration.backoffLimit (2)", "migration.jobDeadline (400s)")]
    [InlineData("migration: {helmTimeout: 280s}", "migration.jobDeadline (280s, from timeout and backoffLimit)", "migration.helmTimeout (280s)")]
    [InlineData("migration: {jobDeadline: 10m, helmTimeout: 5m}", "migration.jobDeadline (10m)", "migration.helmTimeout (5m)")]
    [InlineData("gate: {timeout: 10m}", "gate.timeout (10m)", "app.progressDeadlineSeconds (600)")]
    public async Task The_message_names_both_contradicting_deadlines(string values, string first, string second)
    {
        var messages = await Rejection.OfAsync(values);

        Assert.All(messages, m => Assert.Contains(first, m, StringComparison.Ordinal));
        Assert.All(messages, m => Assert.Contains(second, m, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("migrate")]
    [InlineData("deploy")]
    [InlineData("rollback")]
    public async Task Every_phase_finds_the_same_contradictions(string phase)
    {
        var messages = await Rejection.OfAsync($"migration: {{lockWait: 210s}}\nphase: {phase}");

        Assert.All(messages, m => Assert.Contains("migration.connectWait (55s) and migration.lockWait (210s) together must be shorter than migration.timeout (260s)", m, StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("timeout: 100")]
    [InlineData("timeout: 100 s")]
    [InlineData("timeout: none")]
    [InlineData("podDeadline: 2min")]
    [InlineData("lockWait: -1s")]
    public async Task An_invalid_duration_is_rejected(string migration)
    {
        var messages = await Rejection.OfAsync($"migration: {{{migration}}}");

        Assert.All(messages, m => Assert.Contains(migration.Split(':')[0], m, StringComparison.Ordinal));
    }
}
