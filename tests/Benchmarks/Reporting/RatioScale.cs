namespace Migrator.Benchmarks.Reporting;

/// <summary>A logarithmic scale for ratios: 2 and 0.5 have the same distance from 1.</summary>
/// <param name="left">The position of the left end.</param>
/// <param name="right">The position of the right end.</param>
/// <param name="ratios">The ratios that the scale must include.</param>
internal sealed class RatioScale(double left, double right, IReadOnlyCollection<double> ratios)
{
    private const int MostTicks = 10;

    // The scale includes at least 0.5 to 2.
    private readonly int _first = (int)Math.Floor(Math.Log2(ratios.Append(0.5).Min()));
    private readonly int _last = (int)Math.Ceiling(Math.Log2(ratios.Append(2).Max()));

    /// <summary>The ratios of the tick labels: powers of two, including 1.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            var step = _last - _first < MostTicks ? 1 : 2;
            return Enumerable.Range(_first, _last - _first + 1).Where(power => power % step == 0).Select(power => Math.Pow(2, power));
        }
    }

    /// <summary>Returns the position of a ratio.</summary>
    public double Position(double ratio) => left + ((right - left) * (Math.Log2(ratio) - _first) / (_last - _first));
}
