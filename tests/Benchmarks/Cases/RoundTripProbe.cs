using System.Diagnostics;
using Migrator.Benchmarks.Reporting;
using Npgsql;

namespace Migrator.Benchmarks.Cases;

/// <summary>Measures what the far server really adds to a round trip, the proxy's own work included.</summary>
internal static class RoundTripProbe
{
    private const int Tries = 51;

    /// <summary>In milliseconds: the median far less the median near.</summary>
    public static async Task<double> MeasureAsync(Arena arena, CancellationToken cancellationToken) =>
        await MedianAsync(arena, isFar: true, cancellationToken) - await MedianAsync(arena, isFar: false, cancellationToken);

    private static async Task<double> MedianAsync(Arena arena, bool isFar, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(arena.Address("postgres", isFar).ConnectionString + ";Pooling=false");
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
