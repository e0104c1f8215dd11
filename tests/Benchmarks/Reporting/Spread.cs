namespace Migrator.Benchmarks.Reporting;

/// <summary>The median, minimum and maximum of numbers.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Calculates the spread of at least one number.</summary>
    public static Spread Of(IReadOnlyList<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
