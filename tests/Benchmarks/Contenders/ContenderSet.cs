using Migrator.Tooling;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>The contenders of a benchmark.</summary>
/// <param name="Contenders">The contenders. The first one is the reference.</param>
/// <param name="Unavailable">The names of contenders that are not available, with the reasons.</param>
internal sealed record ContenderSet(IReadOnlyList<Contender> Contenders, IReadOnlyDictionary<string, string> Unavailable)
{
    /// <summary>The names of all contenders. The first one is the reference.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Psql.ContenderName, Migrate.ContenderName, Dbmate.ContenderName, EvolveLoop.ContenderName, DbUpLoop.ContenderName,
        NodePgMigrate.ContenderName,
    ];

    /// <summary>Downloads or builds the contenders with the given names.</summary>
    /// <param name="names">The names.</param>
    /// <param name="baseline">The path of another <c>migrate</c> executable to measure; null for none.</param>
    /// <param name="progress">Receives progress messages.</param>
    /// <param name="cancellationToken">Cancels the preparation.</param>
    /// <exception cref="ToolingException">The reference or migrate is not available.</exception>
    public static async Task<ContenderSet> GetAsync(
        IReadOnlyList<string> names, string? baseline, Action<string> progress, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender>();
        var unavailable = new Dictionary<string, string>();
        foreach (var name in names)
        {
            progress($"preparing {name}");
            try
            {
                contenders.Add(await GetAsync(name, cancellationToken));
            }
            catch (ToolingException e) when (name is not (Psql.ContenderName or Migrate.ContenderName))
            {
                unavailable[name] = e.Message;
            }
        }

        if (baseline is not null)
        {
            contenders.Add(Migrate.OfBaseline(baseline));
        }

        return new ContenderSet(contenders, unavailable);
    }

    private static async Task<Contender> GetAsync(string name, CancellationToken cancellationToken) => name switch
    {
        Psql.ContenderName => Psql.Find(),
        Migrate.ContenderName => Migrate.Of(await MigrateBinary.GetAsync(cancellationToken)),
        Dbmate.ContenderName => await Dbmate.GetAsync(cancellationToken),
        EvolveLoop.ContenderName => await EvolveLoop.GetAsync(
            (await MigrateBinary.GetAsync(cancellationToken)).IsAot, cancellationToken),
        DbUpLoop.ContenderName => await DbUpLoop.GetAsync(cancellationToken),
        NodePgMigrate.ContenderName => await NodePgMigrate.GetAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown contender."),
    };
}
