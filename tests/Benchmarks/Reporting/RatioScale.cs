namespace Migrator.Benchmarks.Reporting;

/// <summary>Ratios on a line, logarithmically: twice as long and half as long are the same way from 1.</summary>
/// <param name="left">Where the line begins.</param>
/// <param name="right">Where it ends.</param>
/// <param name="ratios">All that are to be on it.</param>
internal sealed class RatioScale(double left, double right, IReadOnlyCollection<double> ratios)
{
    private const int MostTicks = 10;

    // From a half to two at least.
    private readonly int _first = (int)Math.Floor(Math.Log2(ratios.Append(0.5).Min()));
    private readonly int _last = (int)Math.Ceiling(Math.Log2(ratios.Append(2).Max()));

    /// <summary>The ratios to write below the line: powers of two, and 1 among them.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            var step = _last - _first < MostTicks ? 1 : 2;
            return Enumerable.Range(_first, _last - _first + 1).Where(power => power % step == 0).Select(power => Math.Pow(2, power));
        }
    }

    /// <summary>Where a ratio is.</summary>
    public double Place(double ratio) => left + ((right - left) * (Math.Log2(ratio) - _first) / (_last - _first));
}
