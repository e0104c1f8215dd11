using Migrator.Tooling;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>Who takes part.</summary>
/// <param name="Contenders">The yardstick first.</param>
/// <param name="Absent">The names of those that could not be had, and why.</param>
internal sealed record Field(IReadOnlyList<Contender> Contenders, IReadOnlyDictionary<string, string> Absent)
{
    /// <summary>The names of all that there are, the yardstick first.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Psql.ContenderName, Migrate.ContenderName, Dbmate.ContenderName, EvolveLoop.ContenderName, DbUpLoop.ContenderName,
        NodePgMigrate.ContenderName,
    ];

    /// <summary>Fetches or builds those of the names.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="baseline">The path of another <c>migrate</c> that takes part; null for none.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolingException">The yardstick or migrate itself could not be had.</exception>
    public static async Task<Field> GetAsync(
        IReadOnlyList<string> names, string? baseline, Action<string> progress, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender>();
        var absent = new Dictionary<string, string>();
        foreach (var name in names)
        {
            progress($"getting {name}");
            try
            {
                contenders.Add(await GetAsync(name, cancellationToken));
            }
            catch (ToolingException e) when (name is not (Psql.ContenderName or Migrate.ContenderName))
            {
                absent[name] = e.Message;
            }
        }

        if (baseline is not null)
        {
            contenders.Add(Migrate.OfBaseline(baseline));
        }

        return new Field(contenders, absent);
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
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such contender."),
    };
}
