using System.Globalization;
using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Measuring;

namespace Migrator.Benchmarks.Cases;

/// <summary>Measures a case: a warm-up, the rounds, then memory and round trips in separate runs.</summary>
internal sealed class CaseRunner(BenchmarkEnvironment environment, Measure measure, int rounds, Action<string> progress, CancellationToken cancellationToken)
{
    private const int MostMemoryRuns = 3;

    // The time limit of a run. A contender that exceeds it gets no result, and the report states the reason.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Dictionary<(string Contender, int Count), string> _applied = [];
    private readonly Dictionary<(string Contender, int Count), string> _notApplied = [];

    private delegate Measurement Measuring(Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Measures the contenders. The first contender is the reference.</summary>
    public async Task<CaseResult> RunAsync(BenchmarkCase benchmark, IReadOnlyList<Contender> contenders)
    {
        var failureReasons = new Dictionary<string, string>();
        var samples = contenders.ToDictionary(contender => contender.Name, _ => new List<Measurement>());
        for (var round = 0; round <= rounds; round++)
        {
            progress($"{benchmark.Name}: {(round == 0 ? "warm-up" : $"round {round} of {rounds}")}");
            // Rotates the order in each round, so each contender runs in each position.
            for (var position = 0; position < contenders.Count; position++)
            {
                var contender = contenders[(position + round) % contenders.Count];
                await UnlessFailedAsync(contender, failureReasons, async () =>
                {
                    var sample = await OnceAsync(benchmark, contender, benchmark.IsRemote, measure.Time);
                    if (round > 0)
                    {
                        samples[contender.Name].Add(sample);
                    }
                });
            }
        }

        var results = new List<ContenderResult>();
        foreach (var contender in contenders)
        {
            progress($"{benchmark.Name}: memory and round trips of {contender.Name}");
            var result = new ContenderResult(contender.Name);
            await UnlessFailedAsync(contender, failureReasons, async () => result = result with
            {
                PeakRss = await MemoryAsync(benchmark, contender),
                RoundTrips = await RoundTripsAsync(benchmark, contender),
                Wall = [.. samples[contender.Name].Select(sample => sample.Wall.TotalMilliseconds)],
                Cpu = [.. samples[contender.Name].Select(sample => sample.Cpu.TotalMilliseconds)],
                Ratio = [.. samples[contender.Name].Zip(samples[contenders[0].Name], (own, reference) => own.Wall / reference.Wall)],
            });
            results.Add(result with { FailureReason = failureReasons.GetValueOrDefault(contender.Name) });
        }

        return new CaseResult(benchmark, results);
    }

    private static async Task UnlessFailedAsync(Contender contender, Dictionary<string, string> failureReasons, Func<Task> run)
    {
        if (failureReasons.ContainsKey(contender.Name))
        {
            return;
        }

        try
        {
            await run();
        }
        catch (ContenderFailedException e)
        {
            failureReasons[contender.Name] = e.Message;
        }
    }

    private async Task<double[]> MemoryAsync(BenchmarkCase benchmark, Contender contender)
    {
        var peaks = new List<double>();
        for (var run = 0; run < Math.Min(rounds, MostMemoryRuns); run++)
        {
            // Without the proxy, because latency does not affect the memory.
            peaks.Add((await OnceAsync(benchmark, contender, isRemote: false, measure.Memory)).PeakRss * 1024 / 1e6);
        }

        return [.. peaks];
    }

    private async Task<int?> RoundTripsAsync(BenchmarkCase benchmark, Contender contender)
    {
        if (benchmark.Kind == CaseKind.Start)
        {
            return null;
        }

        var before = environment.Proxy.RoundTrips;
        await OnceAsync(benchmark, contender, isRemote: true, measure.Time);
        return environment.Proxy.RoundTrips - before;
    }

    private async Task<Measurement> OnceAsync(BenchmarkCase benchmark, Contender contender, bool isRemote, Measuring measuring)
    {
        switch (benchmark.Kind)
        {
            case CaseKind.Start:
                return Run(contender.Version, measuring);
            case CaseKind.NoOp:
                var applied = await AppliedAsync(contender, benchmark.Count);
                return Run(contender.NoOp(environment.Scripts(contender, benchmark.Count), environment.Address(applied, isRemote)), measuring);
            default:
                var database = await environment.CreateDatabaseAsync(cancellationToken);
                try
                {
                    return await ApplyAsync(contender, benchmark.Count, database, isRemote, measuring);
                }
                finally
                {
                    await environment.DropDatabaseAsync(database);
                }
        }
    }

    private async Task<Measurement> ApplyAsync(Contender contender, int count, string database, bool isRemote, Measuring measuring)
    {
        var sample = Run(contender.Up(environment.Scripts(contender, count), environment.Address(database, isRemote)), measuring);
        await environment.CheckAppliedAsync(database, count, cancellationToken);
        return sample;
    }

    /// <summary>
    /// Returns a database to which the contender itself has applied all migrations. It is created once and used by all cases.
    /// </summary>
    private async Task<string> AppliedAsync(Contender contender, int count)
    {
        var key = (contender.Name, count);
        if (_notApplied.TryGetValue(key, out var reason))
        {
            throw new ContenderFailedException(reason);
        }

        if (!_applied.TryGetValue(key, out var database))
        {
            progress($"{contender.Name} applies {count.ToString("N0", CultureInfo.InvariantCulture)} migrations, to prepare the cases with nothing pending");
            database = await environment.CreateDatabaseAsync(cancellationToken);
            try
            {
                await ApplyAsync(contender, count, database, isRemote: false, measure.Time);
            }
            catch (ContenderFailedException e)
            {
                _notApplied[key] = $"could not apply the migrations: {e.Message}";
                throw new ContenderFailedException(_notApplied[key]);
            }

            _applied[key] = database;
        }

        return database;
    }

    private Measurement Run(Invocation invocation, Measuring measuring)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            var sample = measuring(invocation, limit.Token);
            return sample.ExitCode == 0
                ? sample
                : throw new ContenderFailedException($"exit code {sample.ExitCode}: {measure.Output.ReplaceLineEndings(" ")}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ContenderFailedException($"took longer than {s_limit.TotalMinutes:0} minutes");
        }
    }
}
