using System.Globalization;
using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Measuring;

namespace Migrator.Benchmarks.Cases;

/// <summary>Measures a case: a warm-up, the rounds, then memory and round trips in runs of their own.</summary>
internal sealed class CaseRunner(Arena arena, Measure measure, int rounds, Action<string> progress, CancellationToken cancellationToken)
{
    private const int MostMemoryRuns = 3;

    // Above it a contender is left out, and the report says so.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Dictionary<(string Contender, int Count), string> _applied = [];
    private readonly Dictionary<(string Contender, int Count), string> _notApplied = [];

    private delegate Measurement Measuring(Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Measures the contenders, of which the first is the yardstick.</summary>
    public async Task<CaseResult> RunAsync(BenchmarkCase benchmark, IReadOnlyList<Contender> contenders)
    {
        var missing = new Dictionary<string, string>();
        var samples = contenders.ToDictionary(contender => contender.Name, _ => new List<Measurement>());
        for (var round = 0; round <= rounds; round++)
        {
            progress($"{benchmark.Name}: {(round == 0 ? "warm-up" : $"round {round} of {rounds}")}");
            // Each in each place of the order, as far as the rounds go.
            for (var place = 0; place < contenders.Count; place++)
            {
                var contender = contenders[(place + round) % contenders.Count];
                await UnlessMissingAsync(contender, missing, async () =>
                {
                    var sample = await OnceAsync(benchmark, contender, benchmark.IsFar, measure.Time);
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
            await UnlessMissingAsync(contender, missing, async () => result = result with
            {
                PeakRss = await MemoryAsync(benchmark, contender),
                RoundTrips = await RoundTripsAsync(benchmark, contender),
                Wall = [.. samples[contender.Name].Select(sample => sample.Wall.TotalMilliseconds)],
                Cpu = [.. samples[contender.Name].Select(sample => sample.Cpu.TotalMilliseconds)],
                Ratio = [.. samples[contender.Name].Zip(samples[contenders[0].Name], (own, yardstick) => own.Wall / yardstick.Wall)],
            });
            results.Add(result with { Missing = missing.GetValueOrDefault(contender.Name) });
        }

        return new CaseResult(benchmark, results);
    }

    private static async Task UnlessMissingAsync(Contender contender, Dictionary<string, string> missing, Func<Task> run)
    {
        if (missing.ContainsKey(contender.Name))
        {
            return;
        }

        try
        {
            await run();
        }
        catch (ContenderFailedException e)
        {
            missing[contender.Name] = e.Message;
        }
    }

    private async Task<double[]> MemoryAsync(BenchmarkCase benchmark, Contender contender)
    {
        var peaks = new List<double>();
        for (var run = 0; run < Math.Min(rounds, MostMemoryRuns); run++)
        {
            // Near, as distance changes nothing but the wait.
            peaks.Add((await OnceAsync(benchmark, contender, isFar: false, measure.Memory)).PeakRss * 1024 / 1e6);
        }

        return [.. peaks];
    }

    private async Task<int?> RoundTripsAsync(BenchmarkCase benchmark, Contender contender)
    {
        if (benchmark.Kind == CaseKind.Start)
        {
            return null;
        }

        var before = arena.Far.RoundTrips;
        await OnceAsync(benchmark, contender, isFar: true, measure.Time);
        return arena.Far.RoundTrips - before;
    }

    private async Task<Measurement> OnceAsync(BenchmarkCase benchmark, Contender contender, bool isFar, Measuring measuring)
    {
        switch (benchmark.Kind)
        {
            case CaseKind.Start:
                return Run(contender.Version, measuring);
            case CaseKind.NoOp:
                var applied = await AppliedAsync(contender, benchmark.Count);
                return Run(contender.NoOp(arena.Scripts(contender, benchmark.Count), arena.Address(applied, isFar)), measuring);
            default:
                var database = await arena.CreateDatabaseAsync(cancellationToken);
                try
                {
                    return await ApplyAsync(contender, benchmark.Count, database, isFar, measuring);
                }
                finally
                {
                    await arena.DropDatabaseAsync(database);
                }
        }
    }

    private async Task<Measurement> ApplyAsync(Contender contender, int count, string database, bool isFar, Measuring measuring)
    {
        var sample = Run(contender.Up(arena.Scripts(contender, count), arena.Address(database, isFar)), measuring);
        await arena.CheckAppliedAsync(database, count, cancellationToken);
        return sample;
    }

    /// <summary>A database to which a contender has applied all, by itself and once for all cases.</summary>
    private async Task<string> AppliedAsync(Contender contender, int count)
    {
        var key = (contender.Name, count);
        if (_notApplied.TryGetValue(key, out var reason))
        {
            throw new ContenderFailedException(reason);
        }

        if (!_applied.TryGetValue(key, out var database))
        {
            progress($"{contender.Name} applies {count.ToString("N0", CultureInfo.InvariantCulture)}, to have nothing pending");
            database = await arena.CreateDatabaseAsync(cancellationToken);
            try
            {
                await ApplyAsync(contender, count, database, isFar: false, measure.Time);
            }
            catch (ContenderFailedException e)
            {
                _notApplied[key] = $"could not apply them: {e.Message}";
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
