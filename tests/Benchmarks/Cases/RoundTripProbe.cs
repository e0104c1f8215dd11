using System.Diagnostics;
using Migrator.Benchmarks.Reporting;
using Npgsql;

namespace Migrator.Benchmarks.Cases;

/// <summary>Measures the latency that the proxy really adds to a round trip, including its own overhead.</summary>
internal static class RoundTripProbe
{
    private const int Tries = 51;

    /// <summary>Returns the difference of the median times with and without the proxy, in milliseconds.</summary>
    public static async Task<double> MeasureAsync(BenchmarkEnvironment environment, CancellationToken cancellationToken) =>
        await MedianAsync(environment, isRemote: true, cancellationToken) - await MedianAsync(environment, isRemote: false, cancellationToken);

    private static async Task<double> MedianAsync(BenchmarkEnvironment environment, bool isRemote, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(environment.Address("postgres", isRemote).ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        var times = new List<double>();
        for (var i = 0; i < Tries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await command.ExecuteScalarAsync(cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Spread.Of(times).Median;
    }
}
